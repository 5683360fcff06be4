import { Kinds, type corev1 } from '@skiff/contracts';
import type { AdmissionWriter } from '@skiff/api-server/admission';

/** Where what is used of quotas is kept. */
export interface QuotaLedger {
  /**
   * Writes the status that `change` makes of a quota's newest one, which may be asked again
   * when somebody else was faster; what it throws is thrown. Throws NotFound for a quota that is gone.
   */
  write(namespace: string, name: string, change: (quota: corev1.ResourceQuota) => corev1.ResourceQuota): Promise<void>;
}

/** Writes through the store. Writers of this server queue up for a quota; another server's show as a newer version. */
export function storedLedger(writer: AdmissionWriter): QuotaLedger {
  const waiting = new Map<string, Promise<void>>();
  return {
    async write(namespace, name, change) {
      const key = `${namespace}/${name}`;
      const turn = (waiting.get(key) ?? Promise.resolve()).then(() =>
        writer.updateStatus(Kinds.ResourceQuota, namespace, name, change),
      );
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
