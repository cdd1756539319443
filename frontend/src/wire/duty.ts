/** The wire types of who works where: stations, people on shift, whose chair is whose. */

import type { AudioState } from "./types.ts";

export interface StationInfo {
  readonly id: string;
  readonly label: string;
  readonly kind: "station" | "wall" | "room";
  readonly chair_id: string | null;
  readonly privacy: Privacy;
}

/** What a screen says of who the patients are. */
export type Privacy = "full" | "initials" | "chair";

export interface StationSeen {
  readonly id: string;
  readonly label: string;
  readonly kind: StationInfo["kind"];
  readonly chair_id: string | null;
  readonly visible: boolean;
  readonly audio: AudioState | null;
}

export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly station_id: string | null;
}

export interface Assigned {
  /** Null: nobody's own, and covered all the same. */
  readonly nurse_id: string | null;
  readonly name: string;
  readonly covered_by: string | null;
  readonly covered_by_name: string | null;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What somebody was asked to take over; `alerts` are those of its chairs that are open now. */
export interface Offer {
  readonly id: string;
  readonly kind: "assign" | "hand_over" | "cover" | "on_call";
  readonly from: Named | null;
  readonly to: Named;
  readonly chairs: readonly { readonly chair_id: string; readonly label: string; readonly accepted_at: string | null }[];
  readonly alerts: readonly { readonly alert_id: string; readonly chair_id: string | null; readonly accepted_at: string | null }[];
  readonly state: "open" | "accepted" | "declined" | "withdrawn" | "ended";
}

export interface System {
  readonly recording: boolean;
  readonly since?: string | null;
  readonly watching: number;
  readonly audible: number;
  /** The enrolled screens that are connected, who is on shift and on call, and whose chair is whose. */
  readonly stations?: readonly StationSeen[];
  readonly on?: readonly Staff[];
  readonly on_call?: { readonly id: string; readonly name: string } | null;
  readonly assignments?: { readonly [chairId: string]: Assigned };
  /** Open ones, and covers in force. */
  readonly offers?: readonly Offer[];
  readonly opening_check?: { readonly signed_at: string; readonly by_name: string } | null;
  /** Whether anybody has ever begun a shift in this clinic. */
  readonly shift_used?: boolean;
}
