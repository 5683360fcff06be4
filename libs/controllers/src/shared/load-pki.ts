import type * as Pki from '@skiff/pki';

/** What makes and reads certificates and keys. It takes 16 MiB, so only those load it who have something to sign. */
export const loadPki = (): Promise<typeof Pki> => import('@skiff/pki');
