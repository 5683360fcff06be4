import type { ApiObject } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { controllerOf } from './owner-references';

/** Objects of a namespace. */
export const byNamespace = 'namespace';
/** Objects by their controller, as `controlledBy` writes it; those without one under `orphansOf(namespace)`. */
export const byController = 'controller';
/** Pods by the node they are bound to; unbound ones under the empty string. */
export const byNode = 'node';
/** Pods by namespace and each label, as `labelValue` writes it. */
export const byLabel = 'label';

/** The value of the index `byController` for what an object controls: a reference from another namespace does not count. */
export function controlledBy(owner: ApiObject): string {
  return controllerValue(owner.metadata?.namespace, owner.metadata?.uid);
}

/** The value of the index `byController` for the objects of a namespace whose controller has this uid. */
export function controllerValue(namespace: string | undefined, uid: string | undefined): string {
  return `${namespace ?? ''}/${uid ?? ''}`;
}

/** The value of the index `byController` for objects that nobody controls. */
export function orphansOf(namespace: string | undefined): string {
  return `orphan:${namespace ?? ''}`;
}

/** The value of the index `byLabel` for a label. */
export function labelValue(namespace: string | undefined, key: string, value: string): string {
  return `${namespace ?? ''}/${key}=${value}`;
}

export type Indexers<T> = Record<string, (object: T) => string[]>;

/** The indexes that every kind has. */
export const commonIndexers: Indexers<ApiObject> = {
  [byNamespace]: (object) => [object.metadata?.namespace ?? ''],
  [byController]: (object) => {
    const controller = controllerOf(object);
    const namespace = object.metadata?.namespace;
    return [controller ? controllerValue(namespace, controller.uid) : orphansOf(namespace)];
  },
};

/** The indexes that pods have besides. The informer that uses them holds nothing but pods. */
export const podIndexers: Indexers<ApiObject> = {
  [byNode]: (object) => [(object as corev1.Pod).spec?.nodeName ?? ''],
  [byLabel]: ({ metadata }) =>
    Object.entries(metadata?.labels ?? {}).map(([key, value]) => labelValue(metadata?.namespace, key, value)),
};
