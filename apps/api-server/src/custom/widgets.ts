import { BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  defineResource,
  messageSchema,
  statusSubresource,
  type ApiObject,
  type DescribedKind,
  type FieldSchema,
  type ObjectSchema,
  type Resource,
} from '@skiff/apimachinery';
import { apiVersionOf, parseJson, writeJson, type Codec } from '@skiff/contracts';

/** An object of a kind that is made up: no message has its fields. */
export interface Widget extends ApiObject {
  spec?: { size?: number; colours?: string[] };
  status?: { weight?: number };
}

const fields = (...all: readonly FieldSchema[]): ObjectSchema['fields'] =>
  new Map(all.map((field) => [field.name, field]));
const objectOf = (...all: readonly FieldSchema[]): ObjectSchema => ({ type: 'object', fields: fields(...all) });

const schema: ObjectSchema = {
  type: 'object',
  name: 'com.example.v1.Widget',
  kind: { group: 'example.com', version: 'v1', kind: 'Widget' },
  fields: fields(
    { name: 'metadata', value: messageSchema('k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta') },
    {
      name: 'spec',
      value: objectOf(
        { name: 'size', value: { type: 'int64' } },
        { name: 'colours', value: { type: 'list', element: { type: 'string' }, listType: 'set' } },
      ),
    },
    { name: 'status', value: objectOf({ name: 'weight', value: { type: 'int64' } }) },
  ),
};

const codec: Codec<Widget> = {
  encode: (widget, writer = new BinaryWriter()) => writer.raw(Buffer.from(writeJson(widget))),
  decode: (input) => {
    const text = Buffer.from(input as Uint8Array).toString('utf8');
    return (text === '' ? { apiVersion: apiVersionOf(widgetKind), kind: 'Widget' } : parseJson(text)) as Widget;
  },
};

export const widgetKind: DescribedKind<Widget> = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
  shortNames: [],
  categories: [],
  message: '',
  schema,
  codec,
  listCodec: undefined,
  wire: undefined,
};

export const widgetResource: Resource = defineResource({ kind: widgetKind, subresources: [statusSubresource] });

/** Another of the same group and version. */
export const gadgetResource: Resource = defineResource({
  kind: { ...widgetKind, plural: 'gadgets' } as typeof widgetKind,
});
