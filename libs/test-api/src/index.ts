export { startTestApi, type TestApi } from './test-api';
export { TestClient, type Call, type Verb } from './test-client';
