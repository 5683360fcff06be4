import { descriptorSet, protobufdescriptor } from '@skiff/contracts';
import { Descriptors } from './descriptors';

describe('Reflection', () => {
  it('tells of no JSON name that is no identifier, and of all fields', () => {
    const props = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
    const [bytes = Buffer.alloc(0)] = new Descriptors(descriptorSet()).fileContaining(props) ?? [];
    const file = protobufdescriptor.FileDescriptorProto.decode(bytes);
    const fields = file.messageType?.find(({ name }) => name === 'JSONSchemaProps')?.field ?? [];
    expect(fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['id', 'schema', 'ref', 'xKubernetesIntOrString']),
    );
    const names = (file.messageType ?? []).flatMap(({ field }) => (field ?? []).map(({ jsonName }) => jsonName ?? ''));
    expect(names.filter((name) => !/^\w*$/.test(name))).toEqual([]);
    expect(fields.find(({ name }) => name === 'maximum')?.jsonName).toBe('maximum');
  });
});
