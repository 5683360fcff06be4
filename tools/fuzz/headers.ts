import fc from 'fast-check';

const json = 'application/json';
const accept = fc.oneof(
  { weight: 1, arbitrary: fc.constant(json) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['application/yaml', 'application/vnd.kubernetes.protobuf', '*/*', 'text/html', '', `${json};q=x`],
      `${json};as=Table;v=v1;g=meta.k8s.io`,
      `${json};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,${json}`,
      `application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io`,
    ),
  },
);

const names = [
  ...['impersonate-user', 'impersonate-extra-%zz', 'impersonate-group', 'impersonate-uid', 'user-agent', 'expect'],
  ...['if-match', 'if-none-match', 'accept-encoding', 'traceparent', 'range', 'x-forwarded-for', 'content-encoding'],
];
const others = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(fc.stringMatching(/^[ -~]{0,20}$/), fc.constantFrom('gzip', '*', 'admin', '00-ff-ff-01')),
      { maxKeys: 2 },
    ),
  },
);

/** The headers of a request, but for the type of its body. */
export const headers = fc.tuple(accept, others).map(([accepted, rest]) => ({ accept: accepted, ...rest }));
