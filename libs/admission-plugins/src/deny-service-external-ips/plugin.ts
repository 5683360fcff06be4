import type { corev1 } from '@skiff/contracts';
import { refused, type AdmissionPlugin } from '@skiff/api-server/admission';

const addresses = (of: unknown): string[] => (of as corev1.Service | undefined)?.spec?.externalIPs ?? [];

/** No Service takes an external address that it did not have before. */
export const denyServiceExternalIPs: AdmissionPlugin = {
  name: 'DenyServiceExternalIPs',
  operations: ['CREATE', 'UPDATE'],
  validate: {
    resources: ['services'],
    run(request) {
      const before = new Set(addresses(request.oldObject));
      if (addresses(request.object).some((address) => !before.has(address)))
        throw refused(request, 'Use of external IPs is denied by admission control');
    },
  },
};
