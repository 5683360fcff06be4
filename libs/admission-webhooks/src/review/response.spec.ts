import fc from 'fast-check';
import { WebhookCallError } from '@skiff/webhook-client';
import { InvalidResponse, readVerdict } from './response';

const uid = '7d1c';
const expected = { uid, version: 'v1', mutates: true } as const;
const review = (response: unknown, more: object = {}): string =>
  JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response, ...more });
const patch = Buffer.from('[]').toString('base64');

describe('What a webhook answers', () => {
  it('is whether a write may pass, with warnings, annotations and a patch', () => {
    const response = {
      uid,
      allowed: true,
      warnings: ['w'],
      auditAnnotations: { a: 'b' },
      patch,
      patchType: 'JSONPatch',
    };
    expect(readVerdict(review(response), expected)).toEqual({
      ...{ allowed: true, status: undefined, warnings: ['w'], auditAnnotations: { a: 'b' } },
      ...{ patch: '[]', patchType: 'JSONPatch' },
    });
  });

  it.each([
    [review(undefined), 'webhook response was absent'],
    [review({ uid: 'x' }), 'expected response.uid="7d1c", got "x"'],
    [review({ uid, patch }), 'webhook returned response.patch but not response.patchType'],
    [review({ uid, patchType: 'JSONPatch' }), 'webhook returned response.patchType but not response.patch'],
    [
      JSON.stringify({ kind: 'AdmissionReview', response: { uid } }),
      'expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got /, Kind=AdmissionReview',
    ],
  ])('is no answer: %s', (text, message) => {
    expect(() => readVerdict(text, expected)).toThrow(new InvalidResponse(message));
  });

  it('brings no patch where it may only validate', () => {
    expect(() => readVerdict(review({ uid, patch }), { ...expected, mutates: false })).toThrow(
      'validating webhook may not return response.patch',
    );
  });

  it.each([
    [review({ uid, allowed: 'yes' }), /cannot unmarshal string into Go struct field .*allowed of type bool/],
    [review({ uid, patch: '***' }), /illegal base64 data at input byte 0/],
    [review({ uid }, { apiVersion: 'admission.k8s.io/v1beta1' }), /converting \(v1beta1\.AdmissionReview\) to \(v1/],
  ])('is of a wrong type: %s', (text, message) => {
    expect(() => readVerdict(text, expected)).toThrow(WebhookCallError);
    expect(() => readVerdict(text, expected)).toThrow(message);
  });

  it('is not held to its uid and its kind before v1', () => {
    const text = JSON.stringify({ response: { allowed: true, patch } });
    expect(readVerdict(text, { ...expected, version: 'v1beta1' })).toMatchObject({
      patchType: 'JSONPatch',
      patch: '[]',
    });
  });

  it('is read or refused, whatever it is', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.jsonValue().map((value) => review(value)),
      fc
        .dictionary(fc.constantFrom('uid', 'allowed', 'patch', 'patchType', 'status', 'warnings'), fc.jsonValue())
        .map(review),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          expect(typeof readVerdict(text, expected).allowed).toBe('boolean');
        } catch (error) {
          if (!(error instanceof InvalidResponse) && !(error instanceof WebhookCallError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
