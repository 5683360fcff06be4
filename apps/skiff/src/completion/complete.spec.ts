import { Command, Option } from 'commander';
import { complete, type Lookup } from './complete';

describe('completion', () => {
  const root = new Command('skiff');
  root
    .command('up')
    .option('--name <name>')
    .addOption(new Option('--store <store>').choices(['embedded', 'etcd']));
  root.command('logs <service>').option('-f, --follow').option('--name <name>');
  root.command('__hidden', { hidden: true });
  const node = root.command('node');
  node.command('add [node]');
  node.command('remove <node>').option('--name <name>');
  const lookup: Lookup = (what, cluster) => [`${what}-of-${cluster ?? 'default'}`];

  it.each<[string, string[]]>([
    ['', ['up', 'logs', 'node', 'help']],
    ['u', ['up']],
    ['up --', ['--name', '--store', '--help']],
    ['up --store ', ['embedded', 'etcd']],
    ['up --store e', ['embedded', 'etcd']],
    ['up --name ', ['cluster-of-default']],
    ['logs ', ['service-of-default']],
    ['logs -f --name dev ', ['service-of-dev']],
    ['logs --name dev -f s', ['service-of-dev']],
    ['logs api-server ', []],
    ['node ', ['add', 'remove', 'help']],
    ['node remove --name dev ', ['node-of-dev']],
    ['no such ', []],
  ])('after "skiff %s" offers %j', (line, expected) => {
    const offered = complete(root, line.split(' '), lookup);
    expect(offered.filter((word) => word !== '--help')).toEqual(expected.filter((word) => word !== '--help'));
  });
});
