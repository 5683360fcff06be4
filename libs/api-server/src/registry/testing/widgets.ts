import { defineResource, type ApiObject, type VersionedStorage, type Resource } from '@skiff/apimachinery';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { apiVersionOf, Kinds, parseJson, writeJson, type Codec, type Kind } from '@skiff/contracts';
import type { Awaitable } from '../../cache/awaitable';

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

/** A resource that is served and stored in one version. */
export const widgets = (version = 'v1', group?: string, plural?: string): Resource =>
  defineResource({ kind: widgetKind(version, group, plural) });

/** Widgets in versions v1, which has a size, and v2, which is stored and has a count. */
export interface VersionedWidgets {
  readonly v1: Resource;
  readonly v2: Resource;
}

/**
 * @param answer when a converted object is there: at once unless told otherwise.
 */
export function versionedWidgets(
  answer: (converted: Widget) => Awaitable<Widget> = (converted) => converted,
): VersionedWidgets {
  const [v1, v2] = [widgetKind('v1'), widgetKind('v2')];
  const storage: VersionedStorage = {
    kinds: [v2],
    convert: (object, to) => {
      const { data = {} } = object as Widget;
      const value = data.size ?? data.count ?? '';
      const { version } = to;
      return answer({
        ...object,
        apiVersion: apiVersionOf(to),
        data: version === 'v1' ? { size: value } : { count: value },
      } as Widget);
    },
  };
  return { v1: defineResource({ kind: v1, storage }), v2: defineResource({ kind: v2, storage }) };
}
