// Measures the API over gRPC beside REST: node tools/bench/grpc.mjs [seconds a round]. Prints one JSON object a line.
import { runBundled } from './support/bundle.mjs';

await runBundled('grpc');
