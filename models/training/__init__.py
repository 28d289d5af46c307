"""Order training (订单培训): the need, the class, the lessons, the certificate, the money."""
