import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { defineResource, type ApiObject, type Resource, type Verb } from '@skiff/apimachinery';
import { apiVersionOf, Kinds, parseJson, writeJson, type Codec, type Kind } from '@skiff/contracts';

/** A kind that is made up. Its fields are those of a ConfigMap, and it is stored as JSON. */
export interface Widget extends ApiObject {
  data?: Readonly<Record<string, string>>;
}

const jsonCodec = (kind: string, apiVersion: string): Codec<Widget> => ({
  encode: (widget, writer = new BinaryWriter()) => writer.raw(Buffer.from(writeJson(widget))),
  decode: (input) => {
    const text = Buffer.from(input as Uint8Array).toString('utf8');
    return text === '' ? { kind, apiVersion } : (parseJson(text) as Widget);
  },
});

export function widgetKind(version: string, group = 'example.com', plural = 'widgets'): Kind<Widget> {
  const kind = { group, version, kind: 'Widget', plural, shortNames: [], categories: [] };
  return { ...Kinds.ConfigMap, ...kind, codec: jsonCodec('Widget', `${group}/${version}`) } as Kind<Widget>;
}

/** Widgets as a server takes them, which reads them as ConfigMaps are read. @param verbs all by default. */
export function widgetResource(kind: Kind<Widget>, verbs?: readonly Verb[]): Resource {
  const type = { kind: kind.kind, apiVersion: apiVersionOf(kind) };
  return defineResource({ kind, ...(verbs && { verbs }), defaults: (widget) => void Object.assign(widget, type) });
}
