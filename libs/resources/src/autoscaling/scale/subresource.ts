import {
  formatLabelSelector,
  invalid,
  viewSubresource,
  type ApiObject,
  type ViewSubresource,
} from '@skiff/apimachinery';
import { Kinds, type autoscalingv1, type metav1 } from '@skiff/contracts';
import { scaleTable } from './table';

/** Where an object that can be scaled has what a Scale says, as names joined by dots. */
export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  /** A label selector, labels by name, or the text of a selector; absent when pods are not selected. */
  readonly labelSelector?: string;
  /** Whether a number below zero is refused by the rules of the object alone; default: by those of a Scale. */
  readonly isUnbounded?: boolean;
}

const workloadPaths: ScalePaths = {
  specReplicas: 'spec.replicas',
  statusReplicas: 'status.replicas',
  labelSelector: 'spec.selector',
};

/**
 * The replicas of an object as a Scale, for any resource.
 * @param paths default: where Deployments have them.
 */
export const scaleSubresource = (paths: ScalePaths = workloadPaths): ViewSubresource<ApiObject, autoscalingv1.Scale> =>
  viewSubresource('scale', {
    kind: Kinds.Scale,
    table: scaleTable,
    field: { ofObject: paths.specReplicas, ofView: 'spec.replicas' },
    read: (object) => readScale(object, paths),
    write: (object, scale) => writeScale(object, scale, paths),
  });

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const valueAt = (object: object, path: string): unknown =>
  path.split('.').reduce<unknown>((at, name) => (isFields(at) ? at[name] : undefined), object);

function numberAt(object: object, path: string): number {
  const value = valueAt(object, path);
  return typeof value === 'number' ? value : 0;
}

/** The object with a value in place of another; what leads to it is new. */
function withValueAt(object: unknown, [name = '', ...rest]: readonly string[], value: unknown): Fields {
  const fields = isFields(object) ? object : {};
  return { ...fields, [name]: rest.length === 0 ? value : withValueAt(fields[name], rest, value) };
}

/** Labels by name have texts where a label selector has its parts. */
const isLabelSelector = (selector: Fields): selector is Fields & metav1.LabelSelector =>
  isFields(selector['matchLabels']) || isFields(selector['matchExpressions']);

function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector;
  if (!isFields(selector)) return '';
  if (isLabelSelector(selector)) return formatLabelSelector(selector);
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${String(value)}`)
    .sort()
    .join(',');
}

function readScale(object: ApiObject, paths: ScalePaths): autoscalingv1.Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata ?? {};
  const replicas = numberAt(object, paths.specReplicas);
  const selector = paths.labelSelector === undefined ? '' : selectorText(valueAt(object, paths.labelSelector));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...(name ? { name } : {}),
      ...(namespace ? { namespace } : {}),
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
      ...(creationTimestamp ? { creationTimestamp } : {}),
    },
    spec: replicas ? { replicas } : {},
    status: { replicas: numberAt(object, paths.statusReplicas), ...(selector ? { selector } : {}) },
  };
}

/** Throws Invalid for a number below zero. */
function writeScale(object: ApiObject, scale: autoscalingv1.Scale, paths: ScalePaths): ApiObject {
  const replicas = scale.spec?.replicas ?? 0;
  if (replicas < 0 && !paths.isUnbounded)
    throw invalid(Kinds.Scale, object.metadata?.name ?? '', [
      {
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
        field: 'spec.replicas',
      },
    ]);
  return withValueAt(object, paths.specReplicas.split('.'), replicas);
}
