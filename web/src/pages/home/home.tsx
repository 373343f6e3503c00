export function Home() {
  return <h1 className="text-2xl font-semibold">Home</h1>;
}
