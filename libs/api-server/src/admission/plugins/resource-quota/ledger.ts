import { Kinds, type corev1 } from '@skiff/contracts';
import type { Registry } from '../../../registry/registry';

/** Where what is used of quotas is kept. */
export interface QuotaLedger {
  /**
   * Writes the status that `change` makes of a quota's newest one, which may be asked again
   * when somebody else was faster; what it throws is thrown. Throws NotFound for a quota that is gone.
   */
  write(namespace: string, name: string, change: (quota: corev1.ResourceQuota) => corev1.ResourceQuota): Promise<void>;
}

const self = { name: 'system:apiserver', uid: '', groups: ['system:masters'], extra: {} };

/** Writes through the registry. Writers of this server queue up for a quota; another server's show as a newer version. */
export function registryLedger(registry: () => Registry): QuotaLedger {
  const waiting = new Map<string, Promise<void>>();
  return {
    async write(namespace, name, change) {
      const key = `${namespace}/${name}`;
      const turn = (waiting.get(key) ?? Promise.resolve()).then(async () => {
        await registry()
          .of(Kinds.ResourceQuota)
          .update(
            { namespace, name, subresource: 'status', change },
            { user: self, dryRun: false, fieldManager: 'kube-apiserver', warn: () => undefined },
          );
      });
      const settled = turn.catch(() => undefined);
      waiting.set(key, settled);
      try {
        await turn;
      } finally {
        if (waiting.get(key) === settled) waiting.delete(key);
      }
    },
  };
}
