import type { TestServer } from '../golden/server';
import type { Step, Transport } from './step';

const methods = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
};

const users = { nobody: { 'impersonate-user': 'nobody' }, unknown: { Authorization: '' } };

/** Sends steps over HTTPS. */
export const overRest =
  (server: Pick<TestServer, 'send'>): Transport =>
  async (step) => {
    const { verb, object, patch, as } = step;
    const { body } = await server.send({
      method: methods[verb],
      path: `${pathOf(step)}?${queryOf(step)}`,
      headers: {
        'content-type': patch === undefined ? 'application/json' : 'application/merge-patch+json',
        ...(as ? users[as] : {}),
      },
      ...(patch === undefined && object === undefined ? {} : { body: patch ?? JSON.stringify(object) }),
    });
    if (verb !== 'watch') return JSON.parse(body) as unknown;
    const lines = body.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as unknown);
  };

function pathOf({ resource = 'configmaps', name, subresource }: Step): string {
  return ['/api/v1/namespaces/default', resource, name, subresource].filter((part) => part !== undefined).join('/');
}

function queryOf({ verb, list = {}, dryRun, fieldManager = 'tester' }: Step): URLSearchParams {
  return new URLSearchParams({
    ...(verb === 'watch' ? { watch: 'true' } : {}),
    ...(['create', 'update', 'patch'].includes(verb) ? { fieldManager } : {}),
    ...(dryRun === undefined ? {} : { dryRun }),
    ...Object.fromEntries(Object.entries(list).map(([key, value]) => [key, String(value)])),
  });
}
