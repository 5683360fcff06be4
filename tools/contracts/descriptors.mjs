import { createFileRegistry, fromBinary, getOption, hasOption } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** Messages of proto/ with the rules of their kinds and fields. */
export function loadDescriptors(image) {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const fieldOption = registry.getExtension('skiff.options.v1.field');
  const kindOption = registry.getExtension('skiff.options.v1.kind');
  const messageOption = registry.getExtension('skiff.options.v1.message');
  const rules = (desc, option) => (hasOption(desc, option) ? getOption(desc, option) : undefined);
  return {
    messages: [...registry].filter((desc) => desc.kind === 'message' && !desc.typeName.startsWith('google.')),
    message: (name) => registry.getMessage(name),
    fieldRules: (field) => rules(field, fieldOption),
    kindRules: (message) => rules(message, kindOption),
    messageRules: (message) => rules(message, messageOption),
  };
}

/** Messages whose JSON is not the JSON of their fields; each has a codec in libs/contracts/src/codecs. */
export const codecs = new Map([
  ['k8s.io.apimachinery.pkg.api.resource.Quantity', 'quantity'],
  ['k8s.io.apimachinery.pkg.api.resource.QuantityValue', 'quantity'],
  ['k8s.io.apimachinery.pkg.util.intstr.IntOrString', 'int-or-string'],
  ['k8s.io.apimachinery.pkg.apis.meta.v1.Time', 'time'],
  ['k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime', 'time'],
  ['k8s.io.apimachinery.pkg.apis.meta.v1.Timestamp', 'time'],
  ['k8s.io.apimachinery.pkg.apis.meta.v1.Duration', 'duration'],
  ['k8s.io.apimachinery.pkg.apis.meta.v1.FieldsV1', 'raw-json'],
  ['k8s.io.apimachinery.pkg.apis.meta.v1.Verbs', 'string-list'],
  ['k8s.io.apimachinery.pkg.runtime.RawExtension', 'raw-json'],
  ['k8s.io.api.authentication.v1.ExtraValue', 'string-list'],
  ['k8s.io.api.authorization.v1.ExtraValue', 'string-list'],
  ['k8s.io.api.certificates.v1.ExtraValue', 'string-list'],
  ['k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSON', 'raw-json'],
  ['k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray', 'json-schema-props'],
  ['k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool', 'json-schema-props'],
  ['k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray', 'json-schema-props'],
]);

/** The comment that stands before a declaration, as one paragraph a blank line apart. */
export function comment(desc) {
  const path =
    desc.kind === 'message'
      ? messagePath(desc)
      : [...messagePath(desc.parent), 2, desc.parent.proto.field.indexOf(desc.proto)];
  const file = desc.kind === 'message' ? desc.file : desc.parent.file;
  const key = path.join('.');
  const location = locations(file).get(key);
  const text = location?.leadingComments
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
  return text ? text.replace(/([^\n])\n(?=[^\n])/g, '$1 ') : undefined;
}

const cache = new WeakMap();
function locations(file) {
  let found = cache.get(file);
  if (!found) {
    found = new Map((file.proto.sourceCodeInfo?.location ?? []).map((location) => [location.path.join('.'), location]));
    cache.set(file, found);
  }
  return found;
}

function messagePath(message) {
  if (message.parent)
    return [...messagePath(message.parent), 3, message.parent.proto.nestedType.indexOf(message.proto)];
  return [4, message.file.proto.messageType.indexOf(message.proto)];
}
