import type { apiextensionsv1 } from '@skiff/contracts';

/** Says that a definition of a group of Kubernetes itself was looked at by those whose group it is. */
export const approvalAnnotation = 'api-approved.kubernetes.io';

/** Whether a group is one of Kubernetes itself. */
export const isProtectedGroup = (group: string): boolean => /(^|\.)(k8s\.io|kubernetes\.io)$/.test(group);

/**
 * What is said of the approval of a definition; undefined for groups that need none.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/apiapproval.
 */
export function approvalCondition({ metadata, spec }: apiextensionsv1.CustomResourceDefinition) {
  if (!isProtectedGroup(spec?.group ?? '')) return undefined;
  const type = 'KubernetesAPIApprovalPolicyConformant';
  const value = metadata?.annotations?.[approvalAnnotation] ?? '';
  if (value.startsWith('unapproved'))
    return {
      ...{ type, status: 'False', reason: 'UnapprovedAnnotation' },
      message: `not approved: ${JSON.stringify(value)}`,
    };
  if (isUrl(value)) return { type, status: 'True', reason: 'ApprovedAnnotation', message: `approved in ${value}` };
  if (value === '')
    return {
      ...{ type, status: 'False', reason: 'MissingAnnotation' },
      message: `protected groups must have approval annotation ${JSON.stringify(approvalAnnotation)}, see https://github.com/kubernetes/enhancements/pull/1111`,
    };
  return {
    ...{ type, status: 'False', reason: 'InvalidAnnotation' },
    message: `protected groups must have approval annotation ${JSON.stringify(approvalAnnotation)} with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111`,
  };
}

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[^/\s]+/i.test(text);
