import { ScalarType } from '@bufbuild/protobuf';
import { codecs, comment } from './descriptors.mjs';

const listTypes = [undefined, 'atomic', 'set', 'map'];
const mapTypes = [undefined, 'atomic', 'granular'];
const scalars = new Map([
  [ScalarType.STRING, 'string'],
  [ScalarType.INT32, 'int32'],
  [ScalarType.INT64, 'int64'],
  [ScalarType.BOOL, 'bool'],
  [ScalarType.DOUBLE, 'double'],
  [ScalarType.BYTES, 'bytes'],
]);

/** The table of messages that libs/apimachinery reads: what the descriptors know, without their shape. */
export function renderSchema(registry) {
  const messages = {};
  for (const message of registry.messages) {
    if (!message.typeName.startsWith('k8s.io.')) continue;
    const kind = registry.kindRules(message);
    messages[message.typeName] = compact({
      doc: comment(message),
      codec: codecs.get(message.typeName),
      kind:
        kind &&
        compact({
          group: kind.group,
          version: kind.version,
          kind: kind.kind,
          plural: kind.plural || undefined,
          namespaced: kind.namespaced || undefined,
        }),
      mapType: mapTypes[registry.messageRules(message)?.mapType ?? 0],
      fields: codecs.has(message.typeName) ? [] : message.fields.map((field) => describeField(field, registry)),
    });
  }
  return `/** The messages of proto/k8s.io as JSON text: MessageSchema by full name. */\nexport const schemaJson: string =\n  ${JSON.stringify(JSON.stringify(messages))};\n`;
}

function describeField(field, registry) {
  const rules = registry.fieldRules(field);
  const kind =
    field.fieldKind === 'list' ? field.listKind : field.fieldKind === 'map' ? field.mapKind : field.fieldKind;
  return compact({
    name: field.jsonName,
    number: field.number,
    type: kind === 'message' ? field.message.typeName : scalars.get(field.scalar),
    label: field.fieldKind === 'list' ? 'list' : field.fieldKind === 'map' ? 'map' : undefined,
    doc: comment(field),
    required: rules?.required || undefined,
    listType: listTypes[rules?.listType ?? 0],
    listMapKeys: list(rules?.listMapKeys),
    mapType: mapTypes[rules?.mapType ?? 0],
    patchStrategy: list(rules?.patchStrategy),
    patchMergeKey: rules?.patchMergeKey || undefined,
    default: rules?.defaultJson ? JSON.parse(rules.defaultJson) : undefined,
    enum: list(rules?.enumValues),
    format: rules?.format || undefined,
    pointer: rules?.pointer || undefined,
    always: rules?.always || undefined,
    inline: rules?.inline || undefined,
  });
}

const list = (values) => (values?.length ? values : undefined);
const compact = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
