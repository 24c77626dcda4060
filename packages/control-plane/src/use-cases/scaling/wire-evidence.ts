import type { ScalingEvidence as WireEvidence } from '@drover/contract';
import type { ScalingEvidence } from '@drover/core';
import { wireNumber } from '../../monitor/wire-number.js';

/** Evidence as the API shows it: a wait without end is a large number, for JSON has no infinity. */
export function wireEvidence(evidence: ScalingEvidence): WireEvidence {
  const { arrivalsPerSecond, serviceMs, serviceVariation, offeredLoad, predictedWaitMs } = evidence;
  return {
    ...evidence,
    arrivalsPerSecond: wireNumber(arrivalsPerSecond),
    serviceMs: serviceMs === null ? null : wireNumber(serviceMs),
    serviceVariation: wireNumber(serviceVariation),
    offeredLoad: wireNumber(offeredLoad),
    predictedWaitMs: Number.isFinite(predictedWaitMs) ? wireNumber(predictedWaitMs) : Number.MAX_SAFE_INTEGER,
    votes: evidence.votes.map((vote) => ({ ...vote })),
    clampedBy: evidence.clampedBy.map((clamp) => ({ ...clamp })),
    cooldownLeftMs: { ...evidence.cooldownLeftMs },
    confidence: { ...evidence.confidence },
  };
}
