"""A page that anybody may read, checked for what each of them must be."""

import html.parser
import re

TAGS = {"html", "head", "meta", "title", "link", "body", "header", "a", "main", "h1", "h2", "p", "form", "label", "span",
        "input", "button", "div", "strong", "ol", "li", "footer"}


class Page(html.parser.HTMLParser):
    """A reply, checked for what every page must be; its elements and its text."""

    def __init__(self, reply, status=200):
        super().__init__()
        self.elements, self.words, self.status = [], [], reply.status_code
        assert reply.status_code == status, reply.text
        assert reply.headers["content-type"] == "text/html; charset=utf-8"
        self.source = reply.content.decode("utf-8")
        self.feed(self.source)
        self.close()
        self.headers(reply.headers)
        self.markup()

    def headers(self, headers):
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        policy = headers["content-security-policy"].split("; ")
        assert sorted(policy) == ["base-uri 'none'", "default-src 'none'", "form-action 'self'", "frame-ancestors 'none'",
                                  "img-src 'self'", "style-src 'self'"]
        assert headers["content-language"] == self.one("html")["lang"]

    def markup(self):
        assert {tag for tag, _ in self.elements} <= TAGS
        for tag, attributes in self.elements:
            assert not any(name.startswith("on") or name in ("style", "srcdoc") for name in attributes), (tag, attributes)
            for name in ("href", "src", "action"):
                assert attributes.get(name, "/").startswith("/"), (tag, attributes)
        ids = [attributes["id"] for _, attributes in self.elements if "id" in attributes]
        assert len(ids) == len(set(ids))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def one(self, tag, **wanted):
        (found,) = [a for a in self.of(tag) if all(a.get(name) == value for name, value in wanted.items())]
        return found

    def field(self, name):
        return self.one("input", name=name)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))
