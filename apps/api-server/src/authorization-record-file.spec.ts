import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@skiff/platform';
import { startTestServer } from './golden/server';
import { keepAuthorizationRecord, readAuthorizationRecord } from './authorization-record-file';

describe('The file with the record of rights', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'skiff-record-'));
    file = join(directory, 'rights.json');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('holds what a server allowed, and goes on after it was started again', async () => {
    for (const count of [1, 2]) {
      const stop = new AbortController();
      const authorizationRecord = await readAuthorizationRecord(file);
      const context = { clock: systemClock, logger: silentLogger, signal: stop.signal };
      const kept = keepAuthorizationRecord(authorizationRecord, file, context);
      const server = await startTestServer({ authorizationRecord });
      await server.send({ method: 'GET', path: '/api/v1/namespaces/default/pods/none', headers: {} });
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: 'jane', resourceAttributes: { verb: 'get', resource: 'secrets' } },
      };
      const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
      const headers = { 'content-type': 'application/json' };
      expect((await server.send({ method: 'POST', path, headers, body: JSON.stringify(review) })).status).toBe(201);
      await server.close();
      stop.abort(new Error('stopped'));
      await kept;
      const { uses } = JSON.parse(await readFile(file, 'utf8')) as { uses: { user: string; resource?: string }[] };
      expect(uses.find(({ resource }) => resource === 'pods')).toEqual({
        user: 'admin',
        authorizer: 'system:masters',
        reason: '',
        verb: 'get',
        apiGroup: '',
        resource: 'pods',
        subresource: '',
        count,
      });
      // What is only asked about was not used.
      expect(uses.filter(({ user }) => user === 'jane')).toEqual([]);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
  }, 60_000);

  it('is not overwritten when it holds something else', async () => {
    await writeFile(file, 'notes');
    await expect(readAuthorizationRecord(file)).rejects.toThrow(`${file} holds no record of rights`);
  });
});
