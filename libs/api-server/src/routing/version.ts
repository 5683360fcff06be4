/** What /version says: the API that is served, and by what. */
export const version = {
  major: '1',
  minor: '35',
  gitVersion: 'v1.35.0+skiff',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: `node ${process.version}`,
  compiler: 'v8',
  platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
} as const;
