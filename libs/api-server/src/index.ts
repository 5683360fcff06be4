export { createApiServer, type ApiServerOptions, type ServerParts } from './server/api-server';
export { admissionPluginProblems } from './admission/plugin-names';
export type { RunningApiServer } from './server/listener';
