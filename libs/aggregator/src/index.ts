export { aggregator, type AggregatorOptions } from './aggregator';
