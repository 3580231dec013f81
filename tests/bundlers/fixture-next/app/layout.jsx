import { connection } from "next/server";

export default async function Layout({ children }) {
  await connection(); // a page made beforehand could not have the nonce of its request
  return (
    <html lang="en">
      <head>
        <link rel="icon" href="data:," />
      </head>
      <body>{children}</body>
    </html>
  );
}
