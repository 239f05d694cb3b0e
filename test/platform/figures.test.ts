import { expect, test } from 'vitest';
import type { PlatformName, RuntimeName, Trait } from '../../src/platform/environment.ts';
import { type Figure, type Figures, figuresFor } from '../../src/platform/figures.ts';
import type { Platform } from '../../src/platform/platform.ts';
import { environmentWith } from './support.ts';

interface Case {
  readonly platform?: PlatformName;
  readonly assumed?: boolean;
  readonly traits?: readonly Trait[];
  readonly ip?: boolean;
  readonly runtime?: RuntimeName;
  readonly nodes?: number | null;
}

function figures({
  platform = 'ec2',
  traits = [],
  runtime = 'unknown',
  nodes = null,
  ...rest
}: Case): Figures {
  const where: Platform = {
    name: platform,
    traits: new Set(traits),
    evidence: [],
    stated: rest.assumed !== true,
    assumed: rest.assumed === true,
    ipTargets: rest.ip === true,
    because: new Map(),
  };
  return figuresFor(where, runtime, environmentWith({ nodes }));
}

const words = ({ atLeast, atMost, from }: Figure): string => `${atLeast}-${atMost} ${from}`;

test.each<[PlatformName, string, string, string, string | null, string | null, number]>([
  ['ec2', '30-30', '5-5', '30-60', null, null, 2],
  ['fargate', '100-100', '10-15', '60-90', null, null, 3],
  ['auto-mode', '150-150', '10-10', '90-90', '5-5', null, 2],
  ['windows', '60-60', '5-5', '60-60', '10-15', '5-10', 2],
])('%s', (platform, startup, preStop, grace, period, timeout, replicas) => {
  const from = `platform ${platform}`;
  const of = figures({ platform });
  expect(words(of.startupBudgetSeconds)).toBe(`${startup} ${from}`);
  expect(words(of.preStopSeconds)).toBe(`${preStop} ${from}`);
  expect(words(of.graceSeconds)).toBe(`${grace} ${from}`);
  expect(of.probePeriodSeconds && words(of.probePeriodSeconds)).toBe(period && `${period} ${from}`);
  expect(of.probeTimeoutSeconds && words(of.probeTimeoutSeconds)).toBe(timeout && `${timeout} ${from}`);
  expect(of.replicas).toBe(replicas);
  expect(words(of.bufferSeconds)).toBe('10-20 buffer before SIGKILL');
});

test('an assumed platform says so', () => {
  expect(words(figures({ assumed: true }).graceSeconds)).toBe('30-60 platform ec2 (assumed)');
  expect(words(figures({ assumed: true, ip: true }).preStopSeconds)).toBe(
    '15-15 platform ec2 (assumed) behind a load balancer',
  );
});

test.each<[Case, string]>([
  [{ runtime: 'jvm' }, '300-300 runtime jvm'],
  [{ runtime: 'ml-inference' }, '600-600 runtime ml-inference'],
  [{ runtime: 'web' }, '30-30 platform ec2'],
  [{ runtime: 'windows-dotnet', platform: 'windows' }, '60-60 platform windows'],
  [{ runtime: 'jvm', platform: 'fargate' }, '300-300 runtime jvm'],
  [{ runtime: 'worker', platform: 'auto-mode' }, '150-150 platform auto-mode'],
  [{ nodes: 500, ip: true }, '30-30 platform ec2'],
])('start-up budget of %j', (each, expected) => {
  expect(words(figures(each).startupBudgetSeconds)).toBe(expected);
});

test.each<[Case, string]>([
  [{ traits: ['alb'] }, '5-5 platform ec2'],
  [{ traits: ['gateway-api'] }, '5-5 platform ec2'],
  [{ traits: ['alb'], ip: true }, '15-15 platform ec2 behind an ALB'],
  [{ traits: ['nlb'], ip: true }, '15-15 platform ec2 behind an NLB'],
  [{ traits: ['nlb', 'alb'], ip: true }, '15-15 platform ec2 behind an ALB and an NLB'],
  [{ traits: ['gateway-api'], ip: true }, '15-15 platform ec2 behind a load balancer'],
  [{ platform: 'auto-mode', traits: ['alb'], ip: true }, '15-15 platform auto-mode behind an ALB'],
  [{ platform: 'windows', traits: ['alb'], ip: true }, '15-15 platform windows behind an ALB'],
  [{ platform: 'fargate', traits: ['alb'], ip: true }, '15-20 platform fargate behind an ALB'],
  [{ runtime: 'jvm' }, '5-5 platform ec2'],
  [{ nodes: 10 }, '5-5 platform ec2'],
  [{ nodes: 11 }, '10-15 endpoint propagation with 11 to 50 nodes'],
  [{ nodes: 51 }, '15-20 endpoint propagation with more than 50 nodes'],
  [{ nodes: 50, platform: 'fargate' }, '10-15 platform fargate'],
  [{ nodes: 51, platform: 'fargate' }, '15-20 endpoint propagation with more than 50 nodes'],
  [{ nodes: 51, traits: ['alb'], ip: true }, '15-15 platform ec2 behind an ALB'],
])('preStop delay of %j', (each, expected) => {
  expect(words(figures(each).preStopSeconds)).toBe(expected);
});

test.each<[Case, string]>([
  [{ runtime: 'jvm' }, '60-60 runtime jvm'],
  [{ runtime: 'ml-inference' }, '90-120 runtime ml-inference'],
  [{ runtime: 'database' }, '30-60 platform ec2'],
  [{ runtime: 'jvm', platform: 'fargate' }, '60-90 platform fargate'],
  [{ runtime: 'jvm', platform: 'windows' }, '60-60 platform windows'],
  [{ runtime: 'ml-inference', platform: 'auto-mode' }, '90-90 platform auto-mode'],
  [{ platform: 'fargate', traits: ['alb'], ip: true }, '90-120 platform fargate behind an ALB'],
  [{ traits: ['alb'], ip: true }, '30-60 platform ec2'],
  [{ traits: ['spot'] }, '30-60 platform ec2'],
])('grace period of %j', (each, expected) => {
  expect(words(figures(each).graceSeconds)).toBe(expected);
});

test.each<[number | null, string]>([
  [null, '5-10 endpoint propagation with up to 10 nodes (assumed)'],
  [1, '5-10 endpoint propagation with up to 10 nodes'],
  [10, '5-10 endpoint propagation with up to 10 nodes'],
  [11, '10-15 endpoint propagation with 11 to 50 nodes'],
  [50, '10-15 endpoint propagation with 11 to 50 nodes'],
  [51, '15-20 endpoint propagation with more than 50 nodes'],
  [5000, '15-20 endpoint propagation with more than 50 nodes'],
])('propagation with %j nodes', (nodes, expected) => {
  expect(words(figures({ nodes }).propagationSeconds)).toBe(expected);
});

test('Spot gives a notice, and nothing else takes a machine away', () => {
  expect(figures({ traits: ['spot'] }).noticeSeconds).toEqual({
    atLeast: 120,
    atMost: 120,
    from: 'Spot interruption notice',
  });
  expect(figures({ platform: 'fargate' }).noticeSeconds).toBeNull();
});
