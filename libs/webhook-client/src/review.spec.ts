import { readReview } from './review';

const kind = { group: 'admission.k8s.io', kind: 'AdmissionReview', versions: ['v1', 'v1beta1'] };

describe('What a webhook answers', () => {
  it.each(['{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","response":{}}', '{"response":{}}'])(
    'is read: %s',
    (text) => {
      expect(readReview(text, kind)).toMatchObject({ response: {} });
    },
  );

  it.each([
    ['{"not json', "couldn't get version/kind; json parse error: unexpected end of JSON input"],
    ['[1]', "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct"],
    [
      '{"kind":7}',
      "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
    ],
    [
      '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v7"}',
      'no kind "AdmissionReview" is registered for version "admission.k8s.io/v7" in scheme "webhooks"',
    ],
    ['[', "couldn't get version/kind; json parse error: unexpected end of JSON input"],
  ])('is refused in the words of upstream: %s', (text, message) => {
    expect(() => readReview(text, kind)).toThrow(message);
  });
});
