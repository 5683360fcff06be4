import type { certificatesv1 } from '@skiff/contracts';
import type { SigningRequest, SigningTerms } from '@skiff/pki';
import {
  clientUsageProblem,
  conditionOf,
  isApproved,
  kubeletClientProblem,
  kubeletServingProblem,
  signers,
} from '../shared/signing-requests';

type Request = certificatesv1.CertificateSigningRequest;
type Rule = (request: SigningRequest, usages: readonly string[]) => string | undefined;

/** What each signer demands. The legacy one signs whatever was approved. */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [signers.kubeletServing, kubeletServingProblem],
  [signers.kubeletClient, kubeletClientProblem],
  [signers.client, (_request, usages) => clientUsageProblem(usages)],
  [signers.legacyUnknown, () => undefined],
]);

/** Whether a request is approved, waits for its certificate, and is for a signer of the cluster itself. */
export function awaitsSigning(request: Request): boolean {
  return (
    !request.status?.certificate &&
    isApproved(request) &&
    conditionOf(request, 'Failed') === undefined &&
    rules.has(request.spec?.signerName ?? '')
  );
}

/** Why the signer of a request will not sign it. */
export function signingProblem({ spec }: Request, asked: SigningRequest): string | undefined {
  return rules.get(spec?.signerName ?? '')?.(asked, spec?.usages ?? []);
}

const minute = 60_000;
/** Certificates are valid from so much before they are signed, since clocks differ. */
const backdate = 5 * minute;
/** The least that anybody gets. */
const shortest = 10 * minute;
/** Certificates that live shorter than this do not end earlier for being backdated. */
const shortLived = 8 * 60 * minute;

/** For what and for how long a certificate is signed. All times in milliseconds; throws when the CA has ended. */
export function signingTerms(
  { spec }: Request,
  { now, longest, authorityEnds }: { readonly now: number; readonly longest: number; readonly authorityEnds: number },
): SigningTerms {
  if (now >= authorityEnds)
    throw new Error(`refusing to sign: the CA's certificate ended at ${new Date(authorityEnds).toISOString()}`);
  const asked = spec?.expirationSeconds === undefined ? longest : spec.expirationSeconds * 1000;
  const lifetime = Math.min(longest, Math.max(shortest, asked));
  const ends = now + lifetime - (lifetime < shortLived ? 0 : backdate);
  return { usages: spec?.usages ?? [], notBefore: now - backdate, notAfter: Math.min(ends, authorityEnds) };
}
