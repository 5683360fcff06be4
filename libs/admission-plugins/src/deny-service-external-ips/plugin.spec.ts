import type { corev1 } from '@skiff/contracts';
import { admit, requestFor } from '../testing';
import { denyServiceExternalIPs } from './plugin';

it('DenyServiceExternalIPs refuses new addresses only', async () => {
  const service = (...externalIPs: string[]): corev1.Service => ({ metadata: { name: 's' }, spec: { externalIPs } });
  await expect(admit(denyServiceExternalIPs, requestFor('services', service('1.2.3.4')))).rejects.toThrow(
    'services "s" is forbidden: Use of external IPs is denied by admission control',
  );
  const kept = { operation: 'UPDATE', oldObject: service('1.2.3.4') } as const;
  await admit(denyServiceExternalIPs, requestFor('services', service('1.2.3.4'), kept));
});
