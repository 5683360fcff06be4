import { defineResource, objectSubresource, type ApiObject } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { prepareUpdate, writtenThrough } from './metadata';

const resource = defineResource({
  kind: Kinds.Deployment,
  subresources: [
    objectSubresource('report', { writes: 'status' }),
    objectSubresource('verdict', { writes: 'both' }),
    objectSubresource('resize'),
  ],
});

const old = { metadata: { name: 'o' }, spec: 'old', status: 'old' };

const sent = { metadata: { name: 'o' }, spec: 'new', status: 'new' };

const written = (subresource: string): ApiObject =>
  prepareUpdate(resource, sent, old, writtenThrough(resource, subresource));

describe('A write', () => {
  it('leaves the status as it was, unless its subresource says that it writes that', () => {
    expect(written('')).toMatchObject({ spec: 'new', status: 'old' });
    expect(written('resize')).toMatchObject({ spec: 'new', status: 'old' });
  });

  it('changes the status alone, or both, through subresources that say so, whatever they are called', () => {
    expect(written('report')).toMatchObject({ spec: 'old', status: 'new' });
    expect(written('verdict')).toMatchObject({ spec: 'new', status: 'new' });
  });

  it('has a status apart only where a subresource writes it', () => {
    const plain = defineResource({ kind: Kinds.ConfigMap });
    expect(prepareUpdate(plain, sent, old, 'object')).toMatchObject({ spec: 'new', status: 'new' });
  });
});
