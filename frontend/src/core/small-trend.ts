/** The arithmetic of the little curve in a list of sessions: every row on the same axis, so that rows can be compared. */

import type { SmallTrend } from "../wire/history.ts";
import { short, yOf } from "./axis.ts";

export const SMALL_WIDTH = 240;
const FROM_MIN = -15;
const TO_MIN = 125;

export const smallX = (minute: number): number => ((Math.min(TO_MIN, Math.max(FROM_MIN, minute)) - FROM_MIN) / (TO_MIN - FROM_MIN)) * SMALL_WIDTH;

/** The minute a bucket stands for: its middle. */
const minuteOf = (trend: SmallTrend, bucket: number): number => trend.from_min + ((bucket + 0.5) * trend.step_s) / 60;

/** Cuff readings are minutes apart: neighbours are joined over empty buckets, up to the longest interval between two. */
const JOINED_MIN = 21;

function line(trend: SmallTrend, values: readonly (number | null)[]): string {
  let path = "";
  let last = Number.NEGATIVE_INFINITY;
  values.forEach((value, bucket) => {
    if (value === null) return;
    const minute = minuteOf(trend, bucket);
    const joined = minute - last <= JOINED_MIN;
    path += `${joined ? "L" : "M"}${short(smallX(minute))} ${short(yOf(value))}${joined ? "" : "h0.1"}`;
    last = minute;
  });
  return path;
}

export const pressureLine = (trend: SmallTrend): string => line(trend, trend.systolic);
export const rateLine = (trend: SmallTrend): string => line(trend, trend.heart_rate);
