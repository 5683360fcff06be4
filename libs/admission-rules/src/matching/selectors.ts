import type { AdmissionReader, AdmissionRequest } from '@skiff/api-server/admission';
import {
  isEmptySelector,
  labelSelectorOrNone,
  notFound,
  type ApiObject,
  type LabelPredicate,
} from '@skiff/apimachinery';
import { Kinds, type metav1 } from '@skiff/contracts';

type Labels = Readonly<Record<string, string>>;

/** Which labels something is for; absent: all. */
export interface Selectors {
  readonly namespaceSelector: LabelPredicate | undefined;
  readonly objectSelector: LabelPredicate | undefined;
}

/** Selectors as they are asked. Validation lets none through that cannot be read; one that is stored all the same is for nothing. */
export function compileSelectors({
  namespaceSelector,
  objectSelector,
}: {
  readonly namespaceSelector?: metav1.LabelSelector | undefined;
  readonly objectSelector?: metav1.LabelSelector | undefined;
}): Selectors {
  return { namespaceSelector: compiled(namespaceSelector), objectSelector: compiled(objectSelector) };
}

function compiled(selector: metav1.LabelSelector | undefined): LabelPredicate | undefined {
  if (isEmptySelector(selector)) return undefined;
  return labelSelectorOrNone(selector) ?? (() => false);
}

/**
 * Whether the labels of a write are those that are selected. Throws NotFound for a namespace that is not there.
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/predicates.
 */
export async function isSelected(
  reader: Pick<AdmissionReader, 'get' | 'getNewest'>,
  { namespaceSelector, objectSelector }: Selectors,
  request: AdmissionRequest,
  object: ApiObject | undefined,
): Promise<boolean> {
  if (objectSelector && ![object, request.oldObject].some((one) => one && objectSelector(labelsOf(one)))) return false;
  if (!namespaceSelector) return true;
  const labels = await namespaceLabels(reader, request, object);
  return labels === undefined || namespaceSelector(labels);
}

const labelsOf = ({ metadata }: ApiObject): Labels => metadata?.labels ?? {};

/** Of the namespace that a write is in, or that it is about; undefined for what is in none. */
async function namespaceLabels(
  reader: Pick<AdmissionReader, 'get' | 'getNewest'>,
  request: AdmissionRequest,
  object: ApiObject | undefined,
): Promise<Labels | undefined> {
  const name = namespaceOf(request);
  if (name === '') return isNamespace(request) ? {} : undefined;
  const { subresource, operation } = request;
  // What is about to be written says best what it is.
  if (isNamespace(request) && subresource === '' && object && operation !== 'DELETE') return labelsOf(object);
  const namespace =
    (await reader.get(Kinds.Namespace, '', name)) ?? (await reader.getNewest(Kinds.Namespace, '', name));
  if (!namespace) throw notFound({ resource: 'namespaces' }, name);
  return labelsOf(namespace);
}

const isNamespace = ({ resource: { group, resource } }: AdmissionRequest): boolean =>
  group === Kinds.Namespace.group && resource === Kinds.Namespace.plural;

/** As upstream has it, a namespace is in itself. */
export const namespaceOf = (request: AdmissionRequest): string =>
  request.namespace || (isNamespace(request) ? request.name : '');
