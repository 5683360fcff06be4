import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GrpcClient } from '@skiff/client-grpc';
import { channelCredentials } from '@skiff/platform';
import { installNodeLocalAddons } from '../cluster/addons';
import { waitForApi } from '../cluster/readiness';
import { UserError } from '../errors';
import type { CommandContext } from './context';

/** Creates the objects of the cluster's own services, once its API server answers. */
export async function addons(
  context: CommandContext,
  { apiServer, pki }: { apiServer: string; pki: string },
): Promise<void> {
  const file = (name: string): string => join(pki, name);
  const missing = ['ca.crt', 'admin.crt', 'admin.key'].filter((name) => !existsSync(file(name)));
  if (missing.length > 0)
    throw new UserError(`${pki} lacks ${missing.join(', ')}: --pki names the administrator's folder`);
  const client = new GrpcClient({
    target: apiServer,
    credentials: channelCredentials(
      { caFile: file('ca.crt'), certFile: file('admin.crt'), keyFile: file('admin.key') },
      apiServer,
    ),
    userAgent: 'skiff',
    timeoutMilliseconds: 20_000,
  });
  try {
    await waitForApi(client, context.clock, AbortSignal.timeout(60_000));
    await installNodeLocalAddons(client);
  } finally {
    client.close();
  }
  context.print('the DNS Service of the cluster is there');
}
