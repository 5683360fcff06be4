// Writes the pages of docs/reference that are made from the built programs. usage: reference.mjs [--check]
await import('./services.mjs');
await import('./cluster-config.mjs');
