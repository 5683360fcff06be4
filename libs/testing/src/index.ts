// Time.
export { drainEventLoop, FakeClock } from './clock/fake-clock';

// The API server.
export { FakeClient, type FakeCall, type Verb } from './client/fake-client';
