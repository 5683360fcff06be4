import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { blocksOf, follow } from './how-to';

const repository = resolve(__dirname, '../../../..');
const page = readFileSync(join(repository, 'docs/how-to/add-a-resource.md'), 'utf8');
const copied = ['proto', 'libs', 'tools', 'apps/api-server', 'buf.yaml', 'tsconfig.base.json', 'tsconfig.project.json'];
/** What is made or recorded, and not needed to run a server. */
const left = new Set(['dist', 'fixtures', 'node_modules', '.nx']);
const program = 'apps/api-server/src/made-up-kind/try-sandwiches';

interface Answer {
  readonly name: string;
  readonly status: number;
  readonly warnings: readonly string[];
  readonly objects: readonly unknown[];
}

describe('The guide to adding a resource', () => {
  let copy: string;
  const answers = new Map<string, Answer>();
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  /** What a program of the copy prints. */
  const run = async (...args: readonly string[]): Promise<string> => {
    const running = promisify(execFile)(process.execPath, args, { cwd: copy, maxBuffer: 2 ** 28 });
    const { stdout } = await running.catch(({ stdout: said, stderr }: { stdout: string; stderr: string }) => {
      throw new Error(`${args.join(' ')} failed:\n${said}${stderr}`);
    });
    return stdout;
  };
  const objectsOf = (name: string): readonly unknown[] => answers.get(name)?.objects ?? [];
  const answer = (name: string) => ({ status: answers.get(name)?.status, object: objectsOf(name)[0] });

  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), 'skiff-add-a-resource-'));
    for (const path of copied)
      cpSync(join(repository, path), join(copy, path), {
        recursive: true,
        filter: (file) => !left.has(basename(file)),
      });
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
    for (const block of blocksOf(page)) follow(copy, block);
    await run('tools/contracts/generate.mjs');
    await run('node_modules/typescript-native/bin/tsc', '-b', 'libs/resources');
    const flags = ['--bundle', '--platform=node', '--external:lmdb', '--external:etcd3', '--log-level=warning'];
    const files = [`${program}.ts`, '--tsconfig=tsconfig.base.json', '--outfile=dist/program.js'];
    await promisify(execFile)('node_modules/.bin/esbuild', [...files, ...flags], { cwd: copy });
    for (const line of (await run('dist/program.js')).trim().split('\n')) {
      const parsed = JSON.parse(line) as Answer;
      answers.set(parsed.name, parsed);
    }
  }, 300_000);

  it('names the file of each thing to write, and a folder with the files that others have', () => {
    const paths = blocksOf(page).map(({ path }) => path);
    expect(paths.filter((path) => path.includes('/sandwich/')).map((path) => basename(path))).toEqual(
      ['resource', 'defaults', 'validation', 'strategy', 'table'].map((name) => `${name}.ts`),
    );
  });

  it('gives a kind whose objects get defaults and what the server sets, and warn of having no effect', () => {
    expect(answer('created')).toMatchObject({
      status: 201,
      object: {
        apiVersion: 'shop.example.com/v1',
        kind: 'Sandwich',
        metadata: { name: 'lunch', namespace: 'default', generation: 1 },
        spec: { filling: 'cheese', slices: 2, orderedBy: 'admin' },
      },
    });
    expect(answer('created').object).not.toHaveProperty('status.bites');
    expect(answers.get('created')?.warnings.join()).toContain('nobody makes sandwiches');
  });

  it('gives a kind whose mistakes are refused', () => {
    const invalid = (name: string, message: string) =>
      expect(answer(name)).toMatchObject({
        status: 422,
        object: { kind: 'Status', reason: 'Invalid', message: `Sandwich.shop.example.com ${message}` },
      });
    invalid(
      'refused',
      '"bread" is invalid: [spec.filling: Required value, spec.slices: Invalid value: -1: must be greater than or equal to 0]',
    );
    invalid('immutable', '"lunch" is invalid: spec.filling: Invalid value: "ham": field is immutable');
    invalid('too few bites', '"lunch" is invalid: status.bites: Invalid value: -1: must be greater than or equal to 0');
  });

  it('gives a kind that is patched, its status apart', () => {
    expect(answer('patched')).toMatchObject({
      status: 200,
      object: { metadata: { generation: 2 }, spec: { slices: 3, orderedBy: 'admin' } },
    });
    expect(answer('eaten')).toMatchObject({ status: 200, object: { spec: { slices: 3 }, status: { bites: 1 } } });
    expect(answer('got')).toMatchObject({
      status: 200,
      object: { metadata: { generation: 2 }, spec: { filling: 'cheese', slices: 3 }, status: { bites: 1 } },
    });
  });

  it('gives a kind that is listed, selected and printed', () => {
    expect(answer('none')).toMatchObject({ status: 200, object: { kind: 'SandwichList', items: [] } });
    expect(answer('listed')).toMatchObject({ object: { items: [{ metadata: { name: 'lunch' } }] } });
    expect(answer('selected')).toMatchObject({ status: 200, object: { items: [] } });
    expect(answer('table')).toMatchObject({
      object: {
        kind: 'Table',
        columnDefinitions: ['Name', 'Filling', 'Bites', 'Age'].map((name) => ({ name })),
        rows: [{ cells: ['lunch', 'cheese', 1, '0s'] }],
      },
    });
  });

  it('gives a kind that is watched until it is deleted', () => {
    const slices = [2, 3, 3, 3];
    expect(objectsOf('watched')).toMatchObject(
      ['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED'].map((type, index) => ({
        type,
        object: { kind: 'Sandwich', spec: { slices: slices[index] } },
      })),
    );
  });

  it('gives a kind that clients are told of, and users may use', () => {
    expect(answer('resources')).toMatchObject({
      object: {
        resources: [
          { name: 'sandwiches', singularName: 'sandwich', namespaced: true, kind: 'Sandwich', shortNames: ['sw'] },
          { name: 'sandwiches/status', kind: 'Sandwich', verbs: ['get', 'patch', 'update'] },
        ],
      },
    });
    const { components } = answer('openapi').object as { components: { schemas: Record<string, unknown> } };
    expect(components.schemas['io.k8s.api.shop.v1.SandwichSpec']).toMatchObject({
      description: 'What is ordered.',
      required: ['filling'],
      properties: { slices: { type: 'integer', format: 'int32', default: 2 } },
    });
    const { rules } = answer('rights').object as { rules: unknown[] };
    expect(rules).toContainEqual(
      expect.objectContaining({ apiGroups: ['shop.example.com'], resources: ['sandwiches'] }),
    );
  });
});
