/** Rows of providers of language models, their models and prices. */
export interface ProviderRow {
  id: string;
  tenant_id: string;
  name: string;
  kind: string;
  base_url: string | null;
  /** The key, sealed. */
  secret_id: string | null;
  position: number;
  enabled: number;
  /** What the last calls showed; null when nothing was called yet. */
  is_up: number | null;
  health_because: string | null;
  /** Since when it is as `is_up` says. */
  health_since: number | null;
  created_by: string;
  created_at: number;
  updated_at: number;
}

export interface ModelRow {
  id: string;
  tenant_id: string;
  provider_id: string;
  /** Its name at the provider. */
  name: string;
  context_tokens: number;
  max_output_tokens: number;
  tier: string;
  /** JSON list of words. */
  strengths: string;
  latency_ms: number;
  energy_class: string;
  joules_per_output_token: number;
  joules_per_input_token: number;
  can_use_tools: number;
  can_answer_json: number;
  enabled: number;
  /** Who said what is known of it: `catalogue`, `discovered` or `person`. */
  source: string;
  created_at: number;
  updated_at: number;
}

/** US dollars of a million tokens from a day on. Rows are only added; of one day the last one holds. */
export interface ModelPriceRow {
  id: string;
  tenant_id: string;
  model_id: string;
  /** `YYYY-MM-DD`. */
  from_day: string;
  input_usd: number;
  cached_input_usd: number | null;
  cache_write_usd: number | null;
  output_usd: number;
  /** `catalogue`, `discovered`, `local` or `person`. */
  source: string;
  created_by: string;
  created_at: number;
}

/** A rule by which calls that name no model choose one. */
export interface ModelRuleRow {
  id: string;
  tenant_id: string;
  name: string;
  /** The lowest that fits holds. */
  position: number;
  prefer: string;
  /** Share of a budget in use; null: always. */
  pressure_at_least: number | null;
  /** JSON list of words; empty: all. */
  task_types: string;
  purposes: string;
  created_by: string;
  created_at: number;
}
