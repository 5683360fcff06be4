/** A small document for the group of a namespace, with a definition that the API server has otherwise. */
export function openApiOf(namespace: string): object {
  const group = `${namespace}.example.com`;
  const prefix = `com.example.${namespace}`;
  const reference = (name: string): object => ({ $ref: `#/definitions/${prefix}.${name}` });
  const responses = (name: string): object => ({ '200': { description: 'OK', schema: reference(name) } });
  const kind = { group, version: 'v1', kind: 'Widget' };
  return {
    swagger: '2.0',
    info: { title: 'backend', version: 'v1' },
    paths: {
      [`/apis/${group}/v1/widgets`]: {
        get: {
          operationId: `list${namespace}Widgets`,
          produces: ['application/json'],
          schemes: ['https'],
          responses: responses('Widget'),
          'x-kubernetes-action': 'list',
          'x-kubernetes-group-version-kind': kind,
        },
      },
      [`/elsewhere/${namespace}`]: { get: { responses: responses('Unused') } },
    },
    definitions: {
      [`${prefix}.Widget`]: {
        description: 'A widget.',
        type: 'object',
        properties: { spec: { $ref: '#/definitions/io.k8s.api.core.v1.PodSpec' } },
        'x-kubernetes-group-version-kind': [kind],
      },
      [`${prefix}.Unused`]: { type: 'string' },
      'io.k8s.api.core.v1.PodSpec': { description: 'Not the one of the main server.', type: 'object' },
    },
  };
}
