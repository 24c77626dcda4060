import '@drover/react/styles.css';

export const metadata = { title: 'Jobs' };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
