import { DecodeError, messageSchema, normalizeObject } from '@skiff/apimachinery';
import type { admissionv1, metav1 } from '@skiff/contracts';
import { readReview, WebhookCallError } from '@skiff/webhook-client';
import type { ReviewVersion } from '../configuration/hook';

const group = 'admission.k8s.io';
const kind = { group, kind: 'AdmissionReview', versions: ['v1', 'v1beta1'] };
const schema = messageSchema('k8s.io.api.admission.v1.AdmissionReview');

/** What a webhook says. */
export interface Verdict {
  readonly allowed: boolean;
  /** Why not. */
  readonly status: metav1.Status | undefined;
  /** The text of a patch, and its type; empty when there is none. */
  readonly patch: string;
  readonly patchType: string;
  readonly auditAnnotations: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** An answer that can be read, and is none. */
export class InvalidResponse extends Error {}

interface Expected {
  readonly uid: string;
  readonly version: ReviewVersion;
  /** Whether it may bring a patch. */
  readonly mutates: boolean;
}

/**
 * Reads what a webhook answered. Throws WebhookCallError for what is no review, and InvalidResponse for one that does
 * not answer what was asked.
 *
 * Upstream: VerifyAdmissionResponse in staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/request/admissionreview.go.
 */
export function readVerdict(text: string, expected: Expected): Verdict {
  const review = readReview(text, kind);
  const { kind: ofKind = '', apiVersion = '' } = review;
  const { response } = normalized(review['response']);
  const asked = `${group}/${expected.version}`;
  if (ofKind !== '' && apiVersion !== '' && apiVersion !== asked) throw unconverted(String(apiVersion), asked);
  if (!response) throw new InvalidResponse('webhook response was absent');
  if (expected.version === 'v1') requireAnswer(response, expected, String(ofKind), String(apiVersion));
  const { allowed = false, status, patch = '', patchType = '', auditAnnotations = {}, warnings } = response;
  const patched = expected.mutates ? Buffer.from(patch, 'base64').toString('utf8') : '';
  return {
    allowed,
    status,
    patch: patched,
    // The types of patches came with v1; before, there was one.
    patchType: expected.version === 'v1' || patched === '' ? patchType : jsonPatch,
    auditAnnotations,
    warnings: warnings ?? [],
  };
}

export const jsonPatch = 'JSONPatch';

function normalized(response: unknown): admissionv1.AdmissionReview {
  try {
    return normalizeObject(schema, { response: response ?? undefined }, { unknownFields: [] });
  } catch (error) {
    if (error instanceof DecodeError) throw new WebhookCallError(error.message);
    throw error;
  }
}

function unconverted(from: string, to: string): WebhookCallError {
  const typeOf = (apiVersion: string): string => `${apiVersion.split('/')[1]}.AdmissionReview`;
  return new WebhookCallError(`converting (${typeOf(from)}) to (${typeOf(to)}): unknown conversion`);
}

function requireAnswer(
  { uid = '', patch, patchType }: admissionv1.AdmissionResponse,
  expected: Expected,
  ofKind: string,
  apiVersion: string,
): void {
  const fail = (message: string): never => {
    throw new InvalidResponse(message);
  };
  if (uid !== expected.uid) fail(`expected response.uid=${JSON.stringify(expected.uid)}, got ${JSON.stringify(uid)}`);
  if (ofKind !== kind.kind || apiVersion !== `${group}/v1`) {
    const got = `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${ofKind}`;
    fail(`expected webhook response of ${group}/v1, Kind=${kind.kind}, got ${got}`);
  }
  if (!expected.mutates) {
    if (patch) fail('validating webhook may not return response.patch');
    if (patchType !== undefined) fail('validating webhook may not return response.patchType');
    return;
  }
  if (patch && patchType === undefined) fail('webhook returned response.patch but not response.patchType');
  if (!patch && patchType !== undefined) fail('webhook returned response.patchType but not response.patch');
  if (patchType === '') fail('webhook returned invalid response.patchType of ""');
}
