import { SUB_BUCKETS, windowLengthMs, windowNames } from '@drover/core';
import type { StateTables } from './state-tables.js';

const lengths = `ARRAY[${windowNames.map((name) => windowLengthMs[name] * 1_000).join(', ')}]::bigint[]`;

/**
 * The limiters on PostgreSQL: core's `sliding-window.ts`, behind three functions. A limiter
 * is one row, its windows in arrays by their place in windowNames; closed entries are rows
 * beside it, written when a sub-bucket is over and deleted when they have left. Instants are µs.
 *
 * Released: a change is a new migration that replaces the functions.
 */
export const limiterSchema = (t: StateTables) => `
  CREATE TABLE ${t.limiter} (
    name text COLLATE "C" PRIMARY KEY,
    raw_us bigint NOT NULL DEFAULT 0,
    now_us bigint NOT NULL DEFAULT 0,
    penalty_until_us bigint NOT NULL DEFAULT 0,
    allowed bigint NOT NULL DEFAULT 0,
    delayed bigint NOT NULL DEFAULT 0,
    delayed_ms bigint NOT NULL DEFAULT 0,
    total bigint[] NOT NULL DEFAULT '{0,0,0,0}',
    head_at bigint[] NOT NULL DEFAULT '{0,0,0,0}',
    tail_start bigint[] NOT NULL DEFAULT '{0,0,0,0}',
    tail_at bigint[] NOT NULL DEFAULT '{0,0,0,0}',
    tail_weight bigint[] NOT NULL DEFAULT '{0,0,0,0}'
  ) WITH (fillfactor = 50);
  CREATE TABLE ${t.limiterEntry} (
    name text COLLATE "C" NOT NULL,
    place smallint NOT NULL,
    at_us bigint NOT NULL,
    weight bigint NOT NULL,
    PRIMARY KEY (name, place, at_us)
  ) WITH (autovacuum_vacuum_scale_factor = 0.05);

  CREATE FUNCTION ${t.limiterTime}(p_raw bigint, p_last_raw bigint, p_last_now bigint) RETURNS bigint
  LANGUAGE sql IMMUTABLE AS $body$
    SELECT CASE WHEN p_raw >= p_last_now THEN p_raw ELSE p_last_now + greatest(0, p_raw - p_last_raw) END
  $body$;

  -- Looks first without a lock: a refusal writes nothing, and so waits for no lock and no
  -- disk. What seems to fit is looked at again under the row's lock, which is held until the
  -- statement ends; nothing else is locked before it, so no two calls can block each other.
  CREATE FUNCTION ${t.limiterAcquire}(
    p_name text, p_limits bigint[], p_delayed bigint, p_delayed_ms bigint, p_weights bigint[],
    OUT granted integer, OUT wait_us float8, OUT at_us float8, OUT ticket float8
  ) LANGUAGE plpgsql AS $body$
  #variable_conflict use_column
  DECLARE
    c_lengths CONSTANT bigint[] := ${lengths};
    v_limiter ${t.limiter}%ROWTYPE;
    v_locked boolean := false;
    v_raw bigint;
    v_now bigint;
    v_weight bigint;
    v_taken bigint := 0;
    v_left bigint;
    v_head bigint;
    v_surplus bigint;
    v_until bigint;
    v_expired boolean[];
  BEGIN
    LOOP
      IF v_locked THEN
        SELECT * INTO v_limiter FROM ${t.limiter} WHERE name = p_name FOR UPDATE;
      ELSE
        SELECT * INTO v_limiter FROM ${t.limiter} WHERE name = p_name;
      END IF;
      IF NOT FOUND THEN
        INSERT INTO ${t.limiter} (name) VALUES (p_name) ON CONFLICT DO NOTHING;
        v_locked := true;
        CONTINUE;
      END IF;
      v_raw := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
      v_now := ${t.limiterTime}(v_raw, v_limiter.raw_us, v_limiter.now_us);
      IF v_raw < v_limiter.raw_us THEN
        -- The clock was set back: unnoted, the limiter's time would stand still until the next grant.
        IF NOT v_locked THEN
          v_locked := true;
          CONTINUE;
        END IF;
        UPDATE ${t.limiter} SET raw_us = v_raw, now_us = v_now WHERE name = p_name;
      END IF;
      granted := 0;
      wait_us := greatest(0, v_limiter.penalty_until_us - v_now);
      at_us := v_raw;
      ticket := v_now;
      IF wait_us > 0 THEN RETURN; END IF;

      v_expired := '{f,f,f,f}';
      FOR i IN 1..4 LOOP
        CONTINUE WHEN p_limits[i] IS NULL;
        IF v_limiter.head_at[i] > 0 AND v_limiter.head_at[i] + c_lengths[i] <= v_now THEN
          SELECT coalesce(sum(weight) FILTER (WHERE entry.at_us <= v_now - c_lengths[i]), 0),
            coalesce(min(entry.at_us) FILTER (WHERE entry.at_us > v_now - c_lengths[i]), 0)
            INTO v_left, v_head
            FROM ${t.limiterEntry} AS entry WHERE entry.name = p_name AND place = i;
          v_limiter.total[i] := v_limiter.total[i] - v_left;
          v_limiter.head_at[i] := v_head;
          v_expired[i] := true;
        END IF;
        IF v_limiter.tail_weight[i] > 0 AND v_limiter.tail_at[i] + c_lengths[i] <= v_now THEN
          v_limiter.total[i] := v_limiter.total[i] - v_limiter.tail_weight[i];
          v_limiter.tail_weight[i] := 0;
        END IF;
      END LOOP;

      FOREACH v_weight IN ARRAY p_weights LOOP
        FOR i IN 1..4 LOOP
          CONTINUE WHEN p_limits[i] IS NULL;
          v_surplus := v_limiter.total[i] + v_weight - p_limits[i];
          CONTINUE WHEN v_surplus <= 0;
          v_until := NULL;
          IF v_limiter.head_at[i] > 0 THEN
            SELECT min(leaving.at_us) INTO v_until FROM (
              SELECT entry.at_us, sum(weight) OVER (ORDER BY entry.at_us) AS weight
              FROM ${t.limiterEntry} AS entry
              WHERE entry.name = p_name AND place = i AND entry.at_us > v_now - c_lengths[i]
            ) AS leaving WHERE leaving.weight >= v_surplus;
          END IF;
          wait_us := greatest(wait_us, coalesce(v_until, v_limiter.tail_at[i]) + c_lengths[i] - v_now);
        END LOOP;
        EXIT WHEN wait_us > 0 OR NOT v_locked;
        FOR i IN 1..4 LOOP
          CONTINUE WHEN p_limits[i] IS NULL;
          IF granted = 0 THEN
            IF v_expired[i] THEN
              DELETE FROM ${t.limiterEntry} AS entry
                WHERE entry.name = p_name AND place = i AND entry.at_us <= v_now - c_lengths[i];
            END IF;
            IF v_limiter.tail_weight[i] = 0 OR v_now - v_limiter.tail_start[i] >= c_lengths[i] / ${SUB_BUCKETS} THEN
              IF v_limiter.tail_weight[i] > 0 THEN
                INSERT INTO ${t.limiterEntry} (name, place, at_us, weight)
                  VALUES (p_name, i, v_limiter.tail_at[i], v_limiter.tail_weight[i]);
                IF v_limiter.head_at[i] = 0 THEN v_limiter.head_at[i] := v_limiter.tail_at[i]; END IF;
              END IF;
              v_limiter.tail_start[i] := v_now;
              v_limiter.tail_weight[i] := 0;
            END IF;
            v_limiter.tail_at[i] := v_now;
          END IF;
          v_limiter.total[i] := v_limiter.total[i] + v_weight;
          v_limiter.tail_weight[i] := v_limiter.tail_weight[i] + v_weight;
        END LOOP;
        granted := granted + 1;
        v_taken := v_taken + v_weight;
      END LOOP;

      IF granted = 0 AND wait_us > 0 THEN RETURN; END IF;
      IF NOT v_locked THEN
        v_locked := true;
        CONTINUE;
      END IF;
      UPDATE ${t.limiter} SET
        raw_us = v_raw, now_us = v_now, allowed = allowed + v_taken,
        delayed = delayed + p_delayed, delayed_ms = delayed_ms + p_delayed_ms,
        total = v_limiter.total, head_at = v_limiter.head_at,
        tail_start = v_limiter.tail_start, tail_at = v_limiter.tail_at, tail_weight = v_limiter.tail_weight
      WHERE name = p_name;
      RETURN;
    END LOOP;
  END;
  $body$;

  -- A grant is taken back only while its entry is the open one: in another it would leave too early.
  CREATE FUNCTION ${t.limiterRelease}(p_name text, p_limits bigint[], p_ticket bigint, p_weight bigint) RETURNS void
  LANGUAGE plpgsql AS $body$
  DECLARE
    v_limiter ${t.limiter}%ROWTYPE;
  BEGIN
    SELECT * INTO v_limiter FROM ${t.limiter} WHERE name = p_name FOR UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
    FOR i IN 1..4 LOOP
      CONTINUE WHEN p_limits[i] IS NULL OR p_weight > v_limiter.tail_weight[i];
      CONTINUE WHEN p_ticket NOT BETWEEN v_limiter.tail_start[i] AND v_limiter.tail_at[i];
      v_limiter.total[i] := v_limiter.total[i] - p_weight;
      v_limiter.tail_weight[i] := v_limiter.tail_weight[i] - p_weight;
    END LOOP;
    UPDATE ${t.limiter} SET
      allowed = greatest(0, allowed - p_weight), total = v_limiter.total, tail_weight = v_limiter.tail_weight
    WHERE name = p_name;
  END;
  $body$;

  CREATE FUNCTION ${t.limiterPenalize}(p_name text, p_penalty_ms bigint) RETURNS void
  LANGUAGE plpgsql AS $body$
  DECLARE
    v_raw bigint;
    v_now bigint;
    v_limiter ${t.limiter}%ROWTYPE;
  BEGIN
    INSERT INTO ${t.limiter} (name) VALUES (p_name) ON CONFLICT DO NOTHING;
    SELECT * INTO v_limiter FROM ${t.limiter} WHERE name = p_name FOR UPDATE;
    v_raw := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    v_now := ${t.limiterTime}(v_raw, v_limiter.raw_us, v_limiter.now_us);
    UPDATE ${t.limiter} SET
      raw_us = v_raw, now_us = v_now,
      penalty_until_us = greatest(penalty_until_us, v_now + p_penalty_ms * 1000)
    WHERE name = p_name;
  END;
  $body$;
`;
