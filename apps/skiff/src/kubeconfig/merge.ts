import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isMap, isSeq, parse, parseDocument, YAMLSeq, type Document, type YAMLMap } from 'yaml';
import { messageOf, UserError } from '../errors';

interface Entry {
  readonly name: string;
  readonly cluster?: unknown;
  readonly user?: unknown;
  readonly context?: unknown;
}

/** What a cluster's own kubeconfig has: one entry of each. */
interface OwnKubeconfig {
  readonly clusters: readonly Entry[];
  readonly users: readonly Entry[];
}

const sections = ['clusters', 'users', 'contexts'] as const;

/** The name that a cluster's context, cluster and user have in a kubeconfig with others. */
export const mergedName = (cluster: string): string => `skiff-${cluster}`;

/** Puts a cluster into a kubeconfig and makes it the current one; what else is there stays as it is written. */
export function mergeInto(file: string, cluster: string, own: string): void {
  edit(file, (document) => {
    const name = mergedName(cluster);
    const { clusters, users } = parse(own) as OwnKubeconfig;
    put(document, 'clusters', { name, cluster: clusters[0]?.cluster });
    put(document, 'users', { name, user: users[0]?.user });
    put(document, 'contexts', { name, context: { cluster: name, user: name } });
    document.set('current-context', name);
    return true;
  });
}

/** Takes a cluster out of a kubeconfig again; returns whether it was there. One of its name with another CA stays. */
export function takeOutOf(file: string, cluster: string, own: string): boolean {
  if (!existsSync(file)) return false;
  return edit(file, (document) => {
    const name = mergedName(cluster);
    const { clusters } = parse(own) as OwnKubeconfig;
    const found = entriesOf(document, 'clusters').find((entry) => entry.get('name') === name);
    if (!found || authorityOf(found.toJSON() as Entry) !== authorityOf(clusters[0])) return false;
    for (const section of sections) remove(document, section, name);
    if (document.get('current-context') === name) document.set('current-context', '');
    return true;
  });
}

function authorityOf(entry: Entry | undefined): unknown {
  return (entry?.cluster as Record<string, unknown> | undefined)?.['certificate-authority-data'];
}

function entriesOf(document: Document, section: string): YAMLMap[] {
  const list = document.get(section);
  return isSeq(list) ? list.items.filter((item): item is YAMLMap => isMap(item)) : [];
}

function remove(document: Document, section: string, name: string): void {
  const list = document.get(section);
  if (isSeq(list)) list.items = list.items.filter((item) => !isMap(item) || item.get('name') !== name);
}

function put(document: Document, section: string, entry: Entry): void {
  remove(document, section, entry.name);
  if (!isSeq(document.get(section))) document.set(section, new YAMLSeq());
  document.addIn([section], document.createNode(entry));
}

/** Changes a file under the lock that kubectl takes, so that its reader sees the old or the new one. */
function edit(file: string, change: (document: Document) => boolean): boolean {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unlock = lockAsKubectl(file);
  try {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const document = parseDocument(text.trim() === '' ? 'apiVersion: v1\nkind: Config\n' : text);
    const [problem] = document.errors;
    if (problem) throw new UserError(`${file} is no kubeconfig, and stays as it is: ${problem.message.split('\n')[0]}`);
    // kubectl takes one without a kind, too.
    if (!isMap(document.contents) || (document.has('kind') && document.get('kind') !== 'Config'))
      throw new UserError(`${file} is no kubeconfig, and stays as it is`);
    if (!change(document)) return false;
    if (isEmpty(document)) {
      rmSync(file);
      return true;
    }
    writeFileSync(`${file}.new`, document.toString({ lineWidth: 0 }), { mode: 0o600 });
    chmodSync(`${file}.new`, 0o600);
    renameSync(`${file}.new`, file);
    return true;
  } finally {
    unlock();
  }
}

/** Whether it says nothing to kubectl any more, such as one that was made for the cluster that is taken out. */
function isEmpty(document: Document): boolean {
  const { apiVersion, kind, ...rest } = (document.toJS() ?? {}) as Record<string, unknown>;
  return Object.values(rest).every((value) => value === '' || (Array.isArray(value) && value.length === 0));
}

/** Upstream: client-go/tools/clientcmd/config.go, lockFile. */
function lockAsKubectl(file: string): () => void {
  const lock = `${file}.lock`;
  try {
    closeSync(openSync(lock, 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UserError(
      `another program changes ${file}: try again, or remove ${lock} if there is none (${messageOf(error)})`,
    );
  }
  return () => rmSync(lock, { force: true });
}
