import type * as Pki from '@skiff/pki';
import type * as Tokens from '@skiff/pki/service-account-token';

/** What makes and reads certificates and keys. It takes 16 MiB, so only those load it who have something to sign. */
export const loadPki = (): Promise<typeof Pki> => import('@skiff/pki');

/** What signs tokens, and no more. */
export const loadTokens = (): Promise<typeof Tokens> => import('@skiff/pki/service-account-token');
