import { BinaryReader } from '@bufbuild/protobuf/wire';
import { connectSubresource, defineResource, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type Kind } from '@skiff/contracts';
import { requireResource } from '@skiff/resources';
import { openApiV2, openApiV3 } from './openapi';
import { encodeOpenApiV2 } from './openapi-v2-protobuf';
import { encodeOpenApiV3 } from './openapi-v3-protobuf';

const resources = [Kinds.Pod, Kinds.Deployment, Kinds.Node].map((kind: Kind<ApiObject>) => requireResource(kind));

type Json = { [name: string]: Json };
const at = (value: unknown, ...path: string[]): unknown => path.reduce((inner, name) => (inner as Json)[name], value);
const core = openApiV3(resources, 'api/v1');
const schemas = at(core, 'components', 'schemas');
const podPath = '/api/v1/namespaces/{namespace}/pods/{name}';
const gvk = { group: '', version: 'v1', kind: 'Pod' };

describe('an OpenAPI v3 document', () => {
  it('describes connections by what they say of themselves, whatever they are called', () => {
    const options = { group: '', version: 'v1', kind: 'PodProxyOptions' };
    const read = { readOptions: { ...options, kind: 'PodLogOptions' } };
    const pod = defineResource({
      kind: Kinds.Pod,
      subresources: [
        connectSubresource('tunnel', options, ['create', 'get'], { subpath: true }),
        connectSubresource('diary', Kinds.Pod, ['get'], read),
        connectSubresource('shell', options, ['create', 'get'], {}),
      ],
    });
    const paths = openApiV3([pod], 'api/v1');
    const methodsOf = (path: string): string[] =>
      Object.keys(at(paths, 'paths', `${podPath}/${path}`) as object).filter((name) => name !== 'parameters');
    expect(methodsOf('tunnel').sort()).toEqual(['get', 'head', 'options', 'post']);
    expect(methodsOf('tunnel/{path}').sort()).toEqual(['get', 'head', 'options', 'post']);
    expect(methodsOf('diary')).toEqual(['get']);
    expect(methodsOf('shell').sort()).toEqual(['get', 'post']);
    expect(Object.keys(at(paths, 'paths') as object)).not.toContain(`${podPath}/shell/{path}`);
  });

  it('names the kinds that are served, and every schema that they refer to', () => {
    expect(at(schemas, 'io.k8s.api.core.v1.Pod', 'x-kubernetes-group-version-kind')).toEqual([gvk]);
    const text = JSON.stringify(core);
    const referred = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? '');
    expect(new Set(referred)).toEqual(new Set(Object.keys(schemas as object)));
    expect(text).not.toContain('Deployment"');
  });

  it('wraps a reference, so that it can have a description, and says how lists are merged', () => {
    const spec = at(schemas, 'io.k8s.api.core.v1.PodSpec', 'properties');
    expect(at(spec, 'securityContext')).toMatchObject({
      allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodSecurityContext' }],
      description: expect.any(String) as string,
    });
    expect(at(spec, 'containers')).toMatchObject({
      type: 'array',
      items: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Container' }] },
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    });
    expect(at(schemas, 'io.k8s.api.core.v1.Container', 'required')).toEqual(['name']);
  });

  it('says of a type, not of each field, that it is merged as a whole', () => {
    expect(at(schemas, 'io.k8s.api.core.v1.NodeSelectorTerm', 'x-kubernetes-map-type')).toBe('atomic');
    const selector = at(schemas, 'io.k8s.api.core.v1.TopologySpreadConstraint', 'properties', 'labelSelector');
    expect(selector).not.toHaveProperty('x-kubernetes-map-type');
    const nodes = at(schemas, 'io.k8s.api.core.v1.PodSpec', 'properties', 'nodeSelector');
    expect(nodes).toHaveProperty('x-kubernetes-map-type', 'atomic');
  });

  it('says that a number or a string may stand for a quantity and a port', () => {
    const quantity = at(schemas, 'io.k8s.apimachinery.pkg.api.resource.Quantity', 'oneOf');
    expect(quantity).toEqual([{ type: 'string' }, { type: 'number' }]);
    const port = at(schemas, 'io.k8s.apimachinery.pkg.util.intstr.IntOrString');
    expect(port).toMatchObject({ format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] });
  });

  it('tells which patches a kind knows, and that writes can be validated and tried', () => {
    const patch = at(core, 'paths', podPath, 'patch');
    expect(patch).toMatchObject({ 'x-kubernetes-action': 'patch', 'x-kubernetes-group-version-kind': gvk });
    expect(Object.keys(at(patch, 'requestBody', 'content') as object)).toContain(
      'application/strategic-merge-patch+json',
    );
    const names = (at(patch, 'parameters') as unknown as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
  });

  it('gives a list for a list, and what is deleted or a Status', () => {
    const answer = (...path: string[]): unknown =>
      at(core, 'paths', ...path, 'responses', '200', 'content', 'application/json', 'schema', '$ref');
    expect(answer('/api/v1/namespaces/{namespace}/pods', 'get')).toMatch(/v1\.PodList$/);
    expect(answer('/api/v1/pods', 'get')).toMatch(/v1\.PodList$/);
    expect(answer(podPath, 'delete')).toMatch(/core\.v1\.Pod$/);
    expect(answer('/api/v1/nodes/{name}', 'delete')).toMatch(/meta\.v1\.Status$/);
    expect(answer(`${podPath}/status`, 'get')).toMatch(/core\.v1\.Pod$/);
  });

  it.each([
    [podPath, 'get', 'readCoreV1NamespacedPod', []],
    [
      `${podPath}/status`,
      'patch',
      'patchCoreV1NamespacedPodStatus',
      ['dryRun', 'fieldManager', 'fieldValidation', 'force'],
    ],
    ['/api/v1/pods', 'get', 'listCoreV1PodForAllNamespaces', ['allowWatchBookmarks', 'continue', 'fieldSelector']],
    ['/api/v1/nodes', 'delete', 'deleteCoreV1CollectionNode', ['continue', 'dryRun', 'fieldSelector']],
    [`${podPath}/eviction`, 'post', 'createCoreV1NamespacedPodEviction', ['dryRun', 'fieldManager']],
    [podPath, 'delete', 'deleteCoreV1NamespacedPod', ['dryRun', 'gracePeriodSeconds']],
  ])('names what %s does by %s: %s', (path, method, id, first) => {
    const operation = at(core, 'paths', path, method);
    expect(at(operation, 'operationId')).toBe(id);
    const own = at(operation, 'parameters') ?? at(core, 'paths', path, 'parameters');
    const parameters = own as { name: string; schema: { type: string } }[];
    expect(parameters.map(({ name }) => name).slice(0, first.length)).toEqual(first);
    const types = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema.type]));
    for (const [name, type] of Object.entries({ limit: 'integer', orphanDependents: 'boolean', dryRun: 'string' }))
      if (name in types) expect(types[name]).toBe(type);
  });

  it('says what is taken where nothing is given, as the API sets it or as what cannot be absent begins', () => {
    const property = (name: string, field: string): unknown => at(schemas, name, 'properties', field);
    const v1 = 'io.k8s.api.core.v1';
    expect(property(`${v1}.Pod`, 'spec')).toMatchObject({ allOf: [expect.anything()], default: {} });
    expect(property(`${v1}.Container`, 'name')).toMatchObject({ type: 'string', default: '' });
    expect(property(`${v1}.Container`, 'command')).toMatchObject({ items: { type: 'string', default: '' } });
    expect(property(`${v1}.PodSpec`, 'nodeSelector')).toMatchObject({ additionalProperties: { default: '' } });
    expect(property(`${v1}.PodSpec`, 'containers')).toMatchObject({ items: { allOf: [{}], default: {} } });
    expect(property(`${v1}.ContainerPort`, 'protocol')).toMatchObject({ default: 'TCP', enum: ['SCTP', 'TCP', 'UDP'] });
    expect(property(`${v1}.ConfigMapKeySelector`, 'name')).toMatchObject({ default: '' });
    for (const [name, field] of [
      ['PodSpec', 'priority'],
      ['PodSpec', 'securityContext'],
      ['Container', 'image'],
      ['PodCondition', 'lastProbeTime'],
    ] as const)
      expect(property(`${v1}.${name}`, field)).not.toHaveProperty('default');
    expect(JSON.stringify(openApiV2(resources))).not.toContain('"default":');
  });

  it('names the parameters of its paths', () => {
    const parameters = (path: string): unknown => at(core, 'paths', path, 'parameters');
    expect(parameters(podPath)).toMatchObject([
      { name: 'name', in: 'path' },
      { name: 'namespace' },
      { name: 'pretty' },
    ]);
    expect(parameters('/api/v1/nodes/{name}')).toMatchObject([{ name: 'name', required: true }, { name: 'pretty' }]);
    expect(parameters('/api/v1/nodes')).toMatchObject([{ name: 'pretty', in: 'query' }]);
  });
});

describe('the protobuf form of a document', () => {
  it('of version 3 carries paths, parameters, patches and schemas where clients look for them', () => {
    const document = decode(encodeOpenApiV3(core));
    expect(document.text(1)).toBe('3.0.0');
    expect(document.get(2).text(1)).toBe('Kubernetes');
    const path = document.get(4).named(1, podPath);
    const patch = path.get(10);
    expect(patch.named(13, 'x-kubernetes-action').text(2)).toBe('"patch"\n');
    expect(patch.all(6).map((parameter) => parameter.get(1).text(1))).toEqual([
      'dryRun',
      'fieldManager',
      'fieldValidation',
      'force',
    ]);
    const body = patch.get(7).get(1).get(2).named(1, 'application/strategic-merge-patch+json');
    expect(body.get(1).get(2).text(1)).toBe('#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Patch');
    const ok = path.get(4).get(8).named(2, '200').get(1);
    expect(ok.text(1)).toBe('OK');
    expect(path.all(13).map((parameter) => parameter.get(1).text(1))).toEqual(['name', 'namespace', 'pretty']);
    expect([patch.text(1), patch.text(5)]).toEqual(['core_v1', 'patchCoreV1NamespacedPod']);

    const pod = document.get(5).get(1).named(1, 'io.k8s.api.core.v1.Pod').get(1);
    expect(pod.text(25)).toBe('object');
    expect(JSON.parse(pod.named(36, 'x-kubernetes-group-version-kind').text(2))).toEqual([gvk]);
    const metadata = pod.get(31).named(1, 'metadata').get(1);
    expect(metadata.get(26).get(2).text(1)).toBe(
      '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
    );
    const container = document.get(5).get(1).named(1, 'io.k8s.api.core.v1.Container').get(1);
    expect(container.text(23)).toBe('name');
    const command = container.get(31).named(1, 'command').get(1);
    expect([command.text(25), command.get(30).get(1).get(1).text(25)]).toEqual(['array', 'string']);
    const labels = document.get(5).get(1).named(1, 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta').get(1).get(31);
    expect(labels.named(1, 'labels').get(1).get(32).get(1).get(1).text(25)).toBe('string');
  });

  it('of version 2 carries paths, parameters and definitions where clients look for them', () => {
    const v2 = openApiV2(resources);
    const document = decode(encodeOpenApiV2(v2));
    expect(document.text(1)).toBe('2.0');
    const path = document.get(8).named(2, podPath);
    const patch = path.get(8);
    expect(patch.all(7).map(String)).toContain('application/strategic-merge-patch+json');
    const [body, dryRun] = patch.all(8).map((parameter) => parameter.get(1));
    expect(dryRun?.get(2).get(3).text(4)).toBe('dryRun');
    expect(body?.get(1).get(5).text(1)).toBe('#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Patch');
    expect(
      path
        .all(9)
        .slice(0, 2)
        .map((parameter) => parameter.get(1).get(2).get(4).text(4)),
    ).toEqual(['name', 'namespace']);
    expect([patch.text(1), patch.text(5)]).toEqual(['core_v1', 'patchCoreV1NamespacedPod']);
    const spec = document.get(9).named(1, 'io.k8s.api.core.v1.PodSpec').get(25);
    expect(spec.named(1, 'containers').named(31, 'x-kubernetes-patch-merge-key').text(2)).toBe('"name"\n');
    expect(Object.keys(at(v2, 'definitions') as object)).toContain('io.k8s.api.apps.v1.Deployment');
  });
});

/** A message of which nothing is known but its fields' numbers. */
class Message {
  private readonly fields = new Map<number, Message[]>();

  constructor(private readonly bytes: Uint8Array) {}

  /** All values of a field that are messages or texts. */
  all(field: number): Message[] {
    if (this.fields.size === 0) {
      const reader = new BinaryReader(this.bytes);
      while (reader.pos < reader.len) {
        const [number, type] = reader.tag();
        if (type === 2) this.fields.set(number, [...(this.fields.get(number) ?? []), new Message(reader.bytes())]);
        else reader.skip(type);
      }
    }
    return this.fields.get(field) ?? [];
  }

  get(field: number): Message {
    const [first] = this.all(field);
    if (!first) throw new Error(`field ${field} is absent`);
    return first;
  }

  /** The value of an entry of a map. */
  named(field: number, name: string): Message {
    const entry = this.all(field).find((candidate) => candidate.text(1) === name);
    if (!entry) throw new Error(`there is no ${name}`);
    return entry.get(2);
  }

  text(field: number): string {
    return this.get(field).toString();
  }

  toString(): string {
    return Buffer.from(this.bytes).toString();
  }
}

const decode = (bytes: Uint8Array): Message => new Message(bytes);
