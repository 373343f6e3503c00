export function FilePage() {
  return <h1 className="text-2xl font-semibold">FilePage</h1>;
}
