import { rejectionBy } from './errors';

const told = (status?: object): unknown[] => {
  const { code, reason, message, details } = rejectionBy('a.b.c', status).status;
  return [code, reason, message, details];
};

/** Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors/statuserror_test.go. */
describe('The refusal of a webhook', () => {
  it.each([
    [undefined, [400, '', 'admission webhook "a.b.c" denied the request without explanation', undefined]],
    [{ message: 'no', code: 200 }, [400, '', 'admission webhook "a.b.c" denied the request: no', undefined]],
    [
      { reason: 'Teapot', code: 418 },
      [418, 'Teapot', 'admission webhook "a.b.c" denied the request: Teapot', undefined],
    ],
    [
      { code: 99_999, details: { name: 'x' } },
      [400, '', expect.stringContaining('without explanation'), { name: 'x' }],
    ],
  ])('is told with a code of HTTP: %j', (status, result) => {
    expect(told(status)).toEqual(result);
  });
});
