#!/bin/sh
# Builds a Debian package of this checkout, on Debian 12 with python3-venv: scripts/build_deb.sh [FOLDER]
# DEBEMAIL is who maintains it, as for Debian's own tools.
set -eu
cd "$(dirname "$0")/.."
target=$(realpath "${1:-dist}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
home=/usr/lib/refeed
mkdir -p "$target" "$root$home"

# A virtual environment of Debian's Python, without what only installing needs.
/usr/bin/python3 -m venv --without-pip "$root$home"
/usr/bin/python3 -m venv "$work/tools"
"$work/tools/bin/pip" --quiet --disable-pip-version-check install --upgrade pip
"$work/tools/bin/pip" --quiet --disable-pip-version-check --python "$root$home/bin/python3" install --no-compile .
find "$root$home" -name '*.pyc' -delete -o -name __pycache__ -exec rm -rf {} +
mkdir -p "$root/usr/share"
mv "$root$home/share/man" "$root/usr/share/man"
rm -rf "$root$home/share" "$root$home/include" "$root$home"/bin/[Aa]ctivate*
find "$root$home/bin" -type f ! -name refeed -delete
sed -i "1s|.*|#!$home/bin/python3|" "$root$home/bin/refeed"
sed -i "/^command/d" "$root$home/pyvenv.cfg"
# The stripped libraries of wheels must stay as they are; their modes need not.
find "$root" \( -name '*.so*' -o -name '*.py' \) -exec chmod 644 {} +

install -d "$root/usr/bin"
ln -s "$home/bin/refeed" "$root/usr/bin/refeed"
for unit in systemd/*.service systemd/*.socket systemd/*.timer; do
    install -Dm644 "$unit" "$root/lib/systemd/system/$(basename "$unit")"
done
sed -i 's|/opt/refeed/bin/refeed|/usr/bin/refeed|' "$root"/lib/systemd/system/*
install -Dm644 systemd/sysusers.conf "$root/usr/lib/sysusers.d/refeed.conf"
install -Dm644 systemd/refeed.toml "$root/etc/refeed/refeed.toml"
refeed="$root$home/bin/python3 -m refeed"
version=$($refeed --version | sed 's/.* //')
maintainer="${DEBFULLNAME:-refeed} <${DEBEMAIL:-refeed@$(hostname --fqdn)}>"
install -d "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" \
    "$root/usr/share/fish/vendor_completions.d"
$refeed completion bash > "$root/usr/share/bash-completion/completions/refeed"
$refeed completion zsh > "$root/usr/share/zsh/vendor-completions/_refeed"
$refeed completion fish > "$root/usr/share/fish/vendor_completions.d/refeed.fish"
find "$root$home" -name __pycache__ -exec rm -rf {} +
documents="$root/usr/share/doc/refeed"
install -d "$documents"
install -m644 LICENSE "$documents/copyright"
install -m644 README.md config.example.toml "$documents"
install -Dm644 -t "$documents/docs" docs/*.md
gzip -9n < CHANGELOG.md > "$documents/NEWS.gz"
printf 'refeed (%s) unstable; urgency=medium\n\n  * See NEWS.gz.\n\n -- %s  %s\n' "$version" "$maintainer" \
    "$(date -R -d "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}")" | gzip -9n > "$documents/changelog.gz"
gzip -9n "$root"/usr/share/man/man*/*

find "$root$home" -name __pycache__ -exec rm -rf {} +
architecture=$(dpkg --print-architecture)
install -d "$root/DEBIAN"
sed "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@MAINTAINER@/$maintainer/" packaging/deb/control > "$root/DEBIAN/control"
echo "Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)" >> "$root/DEBIAN/control"
install -m755 packaging/deb/postinst packaging/deb/prerm packaging/deb/postrm "$root/DEBIAN/"
echo /etc/refeed/refeed.toml > "$root/DEBIAN/conffiles"
install -Dm644 packaging/deb/lintian-overrides "$root/usr/share/lintian/overrides/refeed"
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum) > "$root/DEBIAN/md5sums"
package=refeed_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$work/$package"
mv "$work/$package" "$target"
