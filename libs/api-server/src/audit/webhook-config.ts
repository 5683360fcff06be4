import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { isFields, type Fields } from './fields';

/** Where a webhook is, and how it is spoken to. */
export interface WebhookTarget {
  /** A URL that begins with http:// or https://. */
  readonly server: string;
  /** PEM; absent: the authorities that the system trusts. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string | undefined;
}

/** Reads the current context of a kubeconfig file. Throws an Error that says what is wrong with it, and no secret. */
export function readWebhookConfig(path: string): WebhookTarget {
  const document: unknown = parse(readFileSync(path, 'utf8'), { prettyErrors: false });
  if (!isFields(document)) throw new Error('expected a kubeconfig');
  const name = textIn(document, 'current-context') ?? '';
  const context = entryOf(document, 'contexts', 'context', name);
  if (!context) throw new Error(`invalid configuration: context was not found for specified context: ${name}`);
  const clusterName = textIn(context, 'cluster') ?? '';
  const cluster = entryOf(document, 'clusters', 'cluster', clusterName);
  if (!cluster) throw new Error(`invalid configuration: cluster "${clusterName}" was not found for context "${name}"`);
  const server = textIn(cluster, 'server') ?? '';
  if (!/^https?:\/\//.test(server) || !URL.canParse(server))
    throw new Error(`invalid configuration: the server of cluster "${clusterName}" is no URL`);
  const user = entryOf(document, 'users', 'user', textIn(context, 'user') ?? '') ?? {};
  const file = (fields: Fields, key: string): string | undefined => dataOrFile(fields, key, dirname(path));
  const tokenFile = textIn(user, 'tokenFile');
  const username = textIn(user, 'username');
  const unknown = ['exec', 'auth-provider'].find((key) => user[key] !== undefined);
  if (unknown) throw new Error(`invalid configuration: users[].user.${unknown} is not supported`);
  return {
    server,
    ca: file(cluster, 'certificate-authority'),
    cert: file(user, 'client-certificate'),
    key: file(user, 'client-key'),
    token: textIn(user, 'token') ?? (tokenFile && readFileSync(resolve(dirname(path), tokenFile), 'utf8').trim()),
    basic: username === undefined ? undefined : { username, password: textIn(user, 'password') ?? '' },
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'] === true,
    tlsServerName: textIn(cluster, 'tls-server-name'),
  };
}

function entryOf(document: Fields, list: string, what: string, name: string): Fields | undefined {
  const entries: unknown = document[list];
  if (!Array.isArray(entries)) return undefined;
  const found: unknown = entries.find((entry: unknown) => isFields(entry) && entry['name'] === name);
  const value = isFields(found) ? found[what] : undefined;
  return isFields(value) ? value : undefined;
}

function textIn(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What is embedded as base64 goes before a file, which is looked for beside the kubeconfig. */
function dataOrFile(fields: Fields, key: string, folder: string): string | undefined {
  const data = textIn(fields, `${key}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  const path = textIn(fields, key);
  return path === undefined ? undefined : readFileSync(resolve(folder, path), 'utf8');
}
