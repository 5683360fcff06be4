import { ErrorList } from '@skiff/apimachinery';
import { validateClusterAddresses } from '@skiff/resources';
import { Kinds, type corev1 } from '@skiff/contracts';

/** Whether whoever makes the endpoints of a Service chooses their families, too. */
export const isOpenHeadless = ({ clusterIP, clusterIPs, selector }: corev1.ServiceSpec): boolean =>
  (clusterIP ?? clusterIPs?.[0]) === 'None' && Object.keys(selector ?? {}).length === 0;

/** What must be right before an address is handed out; throws a 422 StatusError. As initIPFamilyFields. */
export function checkAddresses(service: corev1.Service): void {
  const { metadata, spec = {} } = service;
  if (spec.type === 'ExternalName' || isOpenHeadless(spec)) return;
  for (const check of [validateClusterAddresses, checkFamilies]) {
    const problems = new ErrorList();
    check(service, problems);
    const mistake = problems.toError(Kinds.Service, metadata?.name ?? '');
    if (mistake) throw mistake;
  }
}

/** A cluster has IPv4 alone. */
function checkFamilies({ spec = {} }: corev1.Service, to: ErrorList): void {
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    to.invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services');
  for (const [index, family] of (spec.ipFamilies ?? []).entries())
    if (family !== 'IPv4') to.invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster');
}
