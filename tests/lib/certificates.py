"""Certificates that are wrong in one respect, or a client's; from the authority that tools/certificate has made."""

import subprocess


def issue(authority, target, name, *, days=30, names="IP:127.0.0.1", usage="serverAuth"):
    """@target/@name.pem and .key, from the authority in the folder @authority; days=-1: it has ended already."""
    key, request, extensions = target / f"{name}.key", target / f"{name}.csr", target / f"{name}.ext"
    extensions.write_text(f"subjectAltName={names}\nextendedKeyUsage={usage}\n")
    certificate = target / f"{name}.pem"
    for command in (
        ["ecparam", "-genkey", "-noout", "-name", "prime256v1", "-out", key],
        ["req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", request],
        ["x509", "-req", "-in", request, "-CA", authority / "ca.pem", "-CAkey", authority / "tls" / "ca.key", "-sha256",
         "-set_serial", "7", "-days", str(days), "-extfile", extensions, "-out", certificate],
    ):
        subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)
    return certificate, key
