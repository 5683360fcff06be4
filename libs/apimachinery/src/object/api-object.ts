import type { metav1 } from '@skiff/contracts';

/** What every API object has. */
export interface ApiObject {
  kind?: string | undefined;
  apiVersion?: string | undefined;
  metadata?: metav1.ObjectMeta | undefined;
}
