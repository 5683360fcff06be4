import type { corev1 } from '@skiff/contracts';
import { refused, writes, type AdmissionPlugin } from '@skiff/api-server/admission';

/** No Service takes an external address that it did not have before. */
export const denyServiceExternalIPs: AdmissionPlugin = {
  name: 'DenyServiceExternalIPs',
  validate(request) {
    if (request.operation === 'DELETE' || !writes(request, '', 'services')) return;
    const addresses = (of: unknown): string[] => (of as corev1.Service | undefined)?.spec?.externalIPs ?? [];
    const before = new Set(addresses(request.oldObject));
    if (addresses(request.object).some((address) => !before.has(address)))
      throw refused(request, 'Use of external IPs is denied by admission control');
  },
};
