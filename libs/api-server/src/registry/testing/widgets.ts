import { defineResource, type Resource, type VersionedStorage } from '@skiff/apimachinery';
import { apiVersionOf } from '@skiff/contracts';
import { widgetKind, type Widget } from '@skiff/testing';
import type { Awaitable } from '../../cache/awaitable';

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
